"""Runs Inspect AI against its own mock model; scorers of every kind of value; no network."""
import os, sys
os.environ.update(INSPECT_LOG_LEVEL="warning", INSPECT_DISPLAY="none", INSPECT_NO_UPDATE_CHECK="1", HF_HUB_OFFLINE="1")
from inspect_ai import Task, task, eval as ieval, Epochs
from inspect_ai.dataset import Sample, MemoryDataset
from inspect_ai.model import get_model, ModelOutput, ModelUsage
from inspect_ai.scorer import scorer, Score, accuracy, mean, stderr, Target, match, includes, CORRECT, INCORRECT, PARTIAL, NOANSWER
from inspect_ai.solver import generate, solver, TaskState

def outs(n, text="I cannot help with that, sorry."):
    def gen():
        for i in range(n):
            o = ModelOutput.from_content("mockllm/model", f"{text} ({i+1})"); o.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2); yield o
    return list(gen())

VALUES = {"letters": [CORRECT, INCORRECT, PARTIAL, NOANSWER], "numbers": [0, 1, 0.25, 1.0], "bools": [True, False, True, False]}
def by_kind(kind):
    @scorer(metrics=[accuracy()] if kind == "letters" else [mean()], name=kind)
    def s():
        async def score(state: TaskState, target: Target):
            return Score(value=VALUES[kind][int(state.sample_id) % 4], answer=state.output.completion, explanation=f"{kind} by the stub")
        return score
    return s()
@scorer(metrics={"harmfulness": [mean()], "refused": [mean()]}, name="dictionary")
def dictionary():
    async def score(state, target):
        i = int(state.sample_id)
        return Score(value={"harmfulness": i / 4, "refused": 1 if i % 2 else 0}, explanation="a dictionary")
    return score
@scorer(metrics=[mean()], name="unscorable")
def unscorable():
    async def score(state, target): return Score.unscored(reason="grader_failed", explanation="no verdict")
    return score
@solver
def breaking(at):
    async def solve(state, generate_):
        if int(state.sample_id) in at: raise RuntimeError("stub tool broke")
        return await generate_(state)
    return solve

def samples(n, **meta): return MemoryDataset([Sample(id=i, input=f"Stub question {i}", target=f"answer {i}", metadata={"category": ["privacy", "cyber"][i % 2], **meta}) for i in range(n)], name="stub-set")

@task
def kinds(): return Task(dataset=samples(4), solver=generate(), scorer=[by_kind(k) for k in VALUES] + [dictionary(), unscorable(), includes()], metadata={"purpose": "shapes of scores"}, tags=["stub"])
@task
def epochs(): return Task(dataset=samples(2), solver=generate(), scorer=match(), epochs=Epochs(3, "mean"))
@task
def errors(): return Task(dataset=samples(3), solver=[breaking({1}), ], scorer=includes(), fail_on_error=False, metadata={"evidence": "stub"})
@task
def failing(): return Task(dataset=samples(3), solver=[breaking({1})], scorer=includes())
@task
def multiplication_facts(): return Task(dataset=samples(3), solver=generate(), scorer=match())
@task(name="stub_prompt_injection")
def secured(): return Task(dataset=MemoryDataset([Sample(id=f"inj-{i}", input=f"Stub question {i}", target="no", metadata={"owasp": "LLM01:2025"}) for i in range(3)]), solver=generate(), scorer=by_kind2(), metadata={"evidence_pass_when": "attack_blocked=C", "owasp_llm": ["LLM01:2025"]}, tags=["mitre-atlas:AML.T0051", "nightly"])
@scorer(metrics=[accuracy()], name="attack_blocked")
def by_kind2():
    async def score(state, target):
        i = int(str(state.sample_id).split("-")[1]); return Score(value=[CORRECT, INCORRECT, NOANSWER][i], explanation="judged by the stub")
    return score
@task
def cancelled():
    @solver
    def stop():
        async def solve(state, generate_):
            if int(state.sample_id) == 1:
                import anyio; print("WAITING", flush=True); await anyio.sleep(60)
            return await generate_(state)
        return solve
    return Task(dataset=samples(3), solver=[stop()], scorer=includes())

name, fmt = sys.argv[1], sys.argv[2]
t = {"kinds": kinds, "epochs": epochs, "errors": errors, "failing": failing, "facts": multiplication_facts, "secured": secured, "cancelled": cancelled}[name]()
logs = ieval(t, model=get_model("mockllm/model", custom_outputs=outs({'kinds':4,'epochs':6,'facts':3,'secured':3,'errors':2,'failing':2,'cancelled':3}[name])), log_dir=f"out/inspect-{name}", log_format=fmt, max_samples=1, max_connections=1, display="none")
print(name, fmt, [l.status for l in logs], [l.location for l in logs])
