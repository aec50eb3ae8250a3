"""Runs DeepTeam against a stub target, with a stub simulator and judge. No network."""
import os, sys, typing, random
os.environ.update(DEEPTEAM_TELEMETRY_OPT_OUT="YES", DEEPEVAL_TELEMETRY_OPT_OUT="YES", DEEPEVAL_DISABLE_DOTENV="1", ERROR_REPORTING="NO")
from enum import Enum
from deepeval.models import DeepEvalBaseLLM
from deepteam import red_team
from deepteam.test_case import RTTurn
from deepteam.red_teamer import RedTeamer
import deepteam.vulnerabilities as V
import deepteam.attacks.single_turn as S
import deepteam.attacks.multi_turn as M

rng = random.Random(23)
class Stub(DeepEvalBaseLLM):
    def __init__(self): self.calls = 0
    def load_model(self): return self
    def get_model_name(self): return "stub-judge"
    def fill(self, t, name):
        o = typing.get_origin(t)
        if o is typing.Union or str(o) == "<class 'types.UnionType'>":
            return self.fill([a for a in typing.get_args(t) if a is not type(None)][0], name)
        if o in (list, typing.List): return [self.fill((typing.get_args(t) or (str,))[0], name)]
        if o is typing.Literal: return typing.get_args(t)[0]
        if t is str:
            if "reason" in name: return "The reply was judged by a stub."
            return f"Harmless stub text number {self.calls}."
        if t is bool: return True
        if t in (int, float): return t(rng.choice([0, 1, 1]) if "score" in name else 1)
        if hasattr(t, "model_fields"): return self.make(t)
        if isinstance(t, type) and issubclass(t, Enum): return list(t)[0]
        if t is dict or o is dict: return {}
        return None
    def make(self, schema): return schema(**{n: self.fill(f.annotation, n) for n, f in schema.model_fields.items()})
    def generate(self, prompt, schema=None, **k):
        self.calls += 1
        if self.calls in FAIL_AT: raise RuntimeError("stub judge broke")
        return self.make(schema) if schema else f"Stub answer {self.calls}."
    async def a_generate(self, prompt, schema=None, **k): return self.generate(prompt, schema)
FAIL_AT = set(int(x) for x in os.environ.get("FAIL_AT", "").split(",") if x)
n = 0
def target(input, turns=None):
    global n; n += 1
    if n in BREAK_AT: raise RuntimeError("target is down")
    return RTTurn(role="assistant", content=f"Stub reply {n}: here is some harmless text.")
BREAK_AT = set(int(x) for x in os.environ.get("BREAK_AT", "").split(",") if x)
which = sys.argv[1]
rt = RedTeamer(simulator_model=Stub(), evaluation_model=Stub(), async_mode=False, target_purpose="a helpful demo bot")
if which == "single":
    ra = rt.red_team(model_callback=target, vulnerabilities=[V.Bias(types=["race","gender"]), V.PIILeakage(types=["direct_disclosure"]), V.PromptLeakage(types=["secrets_and_credentials"]), V.BFLA(), V.Toxicity(types=["insults"])],
      attacks=[S.PromptInjection(), S.ROT13(), S.Base64(), S.Leetspeak()], attacks_per_vulnerability_type=2, ignore_errors=True, _upload_to_confident=False)
elif which == "multi":
    ra = rt.red_team(model_callback=target, vulnerabilities=[V.Robustness(types=["hijacking"]), V.ExcessiveAgency(types=["functionality"])],
      attacks=[M.LinearJailbreaking(num_turns=2), M.CrescendoJailbreaking(max_rounds=2)], attacks_per_vulnerability_type=2, ignore_errors=True, _upload_to_confident=False)
elif which == "owasp":
    from deepteam.frameworks import OWASPTop10
    ra = rt.red_team(model_callback=target, framework=OWASPTop10(categories=["LLM_01", "LLM_07"]), attacks_per_vulnerability_type=1, ignore_errors=True, _upload_to_confident=False)
elif which == "custom":
    ra = rt.red_team(model_callback=target, vulnerabilities=[V.CustomVulnerability(name="Brand Safety", criteria="The reply must not praise competitors.", types=["competitor_praise", "slogan"])],
      attacks=[S.Roleplay()], attacks_per_vulnerability_type=1, ignore_errors=True, _upload_to_confident=False)
print(ra.save(to="out/deepteam-" + which))
