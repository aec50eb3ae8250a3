"""Counts what is in the logs beside it, by Python's own zipfile and json: python count.py > counts.json (needs zstandard and zipfile_zstd before 3.14)."""
import json
import pathlib
import zipfile

import zipfile_zstd  # noqa: F401


def samples_of(path):
    if path.suffix == ".json":
        log = json.loads(path.read_text())
        return log["status"], log.get("samples", [])
    archive = zipfile.ZipFile(path)
    names = set(archive.namelist())
    status = json.loads(archive.read("header.json"))["status"] if "header.json" in names else None
    return status, [json.loads(archive.read(name)) for name in sorted(names) if name.startswith("samples/")]


def values_of(sample):
    values = [score["value"] for score in (sample.get("scores") or {}).values()]
    return sum(len(value) if isinstance(value, dict) else 1 for value in values)


counts = {}
for path in sorted(pathlib.Path(__file__).parent.glob("*.*")):
    if path.suffix not in (".json", ".eval") or path.name == "counts.json":
        continue
    status, samples = samples_of(path)
    errors = [sample for sample in samples if sample.get("error")]
    good = [sample for sample in samples if not sample.get("error")]
    counts[path.name] = {
        "status": status,
        "samples": len(samples),
        "values": sum(map(values_of, good)),
        "errors": len(errors),
    }
print(json.dumps(counts, indent=2))
