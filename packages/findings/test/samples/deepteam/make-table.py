"""Prints packages/frameworks/data/tags/deepteam.json, from the DeepTeam that is installed: python make-table.py > deepteam.json"""
import datetime
import json
import os
from importlib.metadata import version

os.environ.update(DEEPTEAM_TELEMETRY_OPT_OUT="YES", DEEPEVAL_TELEMETRY_OPT_OUT="YES")

import deepteam.frameworks as frameworks
from deepteam.vulnerabilities import CustomVulnerability

OWASP = [frameworks.OWASPTop10, frameworks.OWASP_ASI_2026]
OTHERS = [frameworks.EUAIAct, frameworks.NIST, frameworks.MITRE]

probes = {}
for framework in OWASP + OTHERS:
    for category in framework().risk_categories:
        assert category.name not in probes, category.name
        probes[category.name] = [category._display_name]
for framework in OWASP:
    for category in framework().risk_categories:
        for vulnerability in category.vulnerabilities:
            if isinstance(vulnerability, CustomVulnerability):
                continue
            for kind in vulnerability.types:
                tags = probes.setdefault(f"{vulnerability.get_name()}: {kind.value}", [])
                if category._display_name not in tags:
                    tags.append(category._display_name)

SPELLINGS = [
    {
        "pattern": "^((?:LLM|ASI)\\d\\d:\\d{4})\\b.*$",
        "means": "$1",
        "because": "DeepTeam's titles of OWASP's entries differ from OWASP's; its numbers and editions do not",
    },
    {"pattern": "^(.+?) — .+$", "means": "$1", "because": "what follows the article, annex or function is DeepTeam's title"},
]
table = {
    "about": "The categories of DeepTeam's own frameworks, by the risk category that a test case of a run for one names (LLM_07), and those of OWASP's "
    "lists, by the vulnerability and type that they test. Use cases of the AI Act, functions of NIST and tactics of ATLAS say what a run is "
    "about; no vulnerability belongs to them by itself.",
    "tool": "deepteam",
    "versions": {"to": version("deepteam")},
    "sourceUrl": "https://github.com/confident-ai/deepteam/tree/main/deepteam/frameworks",
    "licence": "Apache-2.0",
    "comparedAt": datetime.date.today().isoformat(),
    "spellings": SPELLINGS,
    "doubts": [],
    "probes": {name: tags for name, tags in sorted(probes.items())},
}
print(json.dumps(table, indent=2, ensure_ascii=False))
