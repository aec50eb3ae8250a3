"""Runs PyRIT 1.1.0's own Encoding scenario and single attacks against a stub target; no network."""
import asyncio, sys, json, base64, codecs, os
os.environ["HOME"] = os.path.abspath("pyrit-home")
from pyrit.setup import initialize_pyrit_async
from pyrit.prompt_target.common.prompt_target import PromptTarget
from pyrit.prompt_target.common.target_configuration import TargetConfiguration
from pyrit.models.messages.conversations import construct_response_from_request
from pyrit.memory import CentralMemory
from pyrit.models import SeedPrompt
from pyrit.scenario.scenarios.garak.encoding import Encoding, EncodingTechnique, EncodingDatasetConfiguration
from pyrit.executor.attack.single_turn.prompt_sending import PromptSendingAttack
from pyrit.executor.attack.core.attack_config import AttackScoringConfig
from pyrit.score.true_false.substring_scorer import SubStringScorer

calls = 0
class Stub(PromptTarget):
    async def _send_prompt_to_target_async(self, *, normalized_conversation):
        global calls; calls += 1
        piece = normalized_conversation[-1].message_pieces[0]
        if calls in BREAK: raise RuntimeError("stub target is down")
        text = "harmless payload alpha" if calls % 3 == 0 else "I would rather not decode this."
        return [construct_response_from_request(piece, [text])]
    def _validate_request(self, *, normalized_conversation): pass
BREAK = set(int(x) for x in os.environ.get("BREAK", "").split(",") if x)
async def main(which):
    await initialize_pyrit_async("InMemory", load_defaults=False, silent=True)
    memory = CentralMemory.get_memory_instance()
    if which.startswith("scenario"):
        await memory.add_seeds_to_memory_async(seeds=[SeedPrompt(value=v, data_type="text", dataset_name="stub_words", harm_categories=["stub"]) for v in ("harmless payload alpha", "harmless payload beta")], added_by="sample")
        s = Encoding(encoding_templates=[])
        s.set_params_from_args(args={"objective_target": Stub(), "scenario_techniques": [EncodingTechnique.Base64, EncodingTechnique.ROT13], "dataset_config": EncodingDatasetConfiguration(dataset_names=["stub_words"]), "max_concurrency": 1, "include_baseline": True, "memory_labels": {"operation": "sample"}})
        await s.initialize_async()
        try: r = await s.run_async()
        except BaseException as e:
            print("raised", type(e), str(e)[:200])
            r = memory.get_scenario_results()[0]
        out = r.model_dump_json(indent=2)
    else:
        attack = PromptSendingAttack(objective_target=Stub(), attack_scoring_config=AttackScoringConfig(objective_scorer=SubStringScorer(substring="payload alpha", categories=["stub"])))
        unscored = PromptSendingAttack(objective_target=Stub())
        for i, a in enumerate([attack, attack, attack, unscored, attack]):
            try: await a.execute_async(objective=f"Stub objective {i}", memory_labels={"operation": "sample"})
            except Exception as e: print("raised", type(e).__name__)
        rs = memory.get_attack_results()
        if which == "list": out = json.dumps([r.model_dump(mode="json") for r in rs], indent=2)
        elif which == "lines": out = "".join(r.model_dump_json() + "\n" for r in rs)
    os.makedirs("out", exist_ok=True)
    f = f"out/pyrit-{which}." + ("jsonl" if which == "lines" else "json"); open(f, "w").write(out); print(f, len(out))
asyncio.run(main(sys.argv[1]))
