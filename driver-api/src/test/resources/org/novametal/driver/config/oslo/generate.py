"""Writes the expected.tsv files beside it: what the real oslo.config reads from these files, and from random ones.

Run in a virtual environment with oslo.config 10.7.0:  python generate.py
Fields are separated by tabs; in a field newline, tab, carriage return and backslash are written \\n \\t \\r \\\\.
"""
import os
import random
import sys
import tempfile

from oslo_config import cfg, iniparser, types

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = {
    "string": types.String(),
    "list": types.List(),
    "quoted": types.List(types.String(quotes=True)),
    "integer": types.Integer(),
    "decimal": types.Float(),
    "bool": types.Boolean(),
}


# Where a reference inside an option of the own group fails, oslo falls back to the option of that name in [DEFAULT]. That
# hides the fault; rows in which it happens are left out.
hidden_faults = []
get_reference = cfg.ConfigOpts.StrSubWrapper.__getitem__


def watched_reference(self, key):
    if self.group is not None and key in self.conf._get_group(self.group)._opts:
        try:
            self.conf._get(key, group=self.group, namespace=self.namespace)
        except cfg.NoSuchOptError:
            hidden_faults.append(key)
    return get_reference(self, key)


cfg.ConfigOpts.StrSubWrapper.__getitem__ = watched_reference


def escaped(text):
    return (str(text).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r"))


def keys_of(files):
    """All (group, key) in the files, groups as oslo normalises them."""
    found = {}
    for name in files:
        sections, normalized = {}, {}
        parser = cfg.ConfigParser(name, sections)
        parser._add_normalized(normalized)
        parser.parse()
        for group, keys in normalized.items():
            for key in keys:
                found[(group, key)] = None
    return list(found)


def read(arguments, names, wanted, kind):
    """The values of one option, all others being plain texts, or None when oslo refuses."""
    conf = cfg.ConfigOpts()
    for group, key in names:
        if key.startswith("_"):
            continue
        asked = (group, key) == wanted
        if asked and kind == "multi":
            option = cfg.MultiOpt(key, item_type=types.String(), dest=key)
        else:
            option = cfg.Opt(key, type=KINDS[kind] if asked else types.String(), dest=key)
        conf.register_opt(option, group=None if group == "DEFAULT" else group)
    try:
        conf(arguments, project="none", default_config_files=[], default_config_dirs=[])
        group, key = wanted
        value = conf[key] if group == "DEFAULT" else conf[group][key]
    except (Exception, RecursionError):
        return None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def rows(arguments, files, kinds):
    names = keys_of(files)
    for group, key in names:
        if key.startswith("_"):
            continue
        for kind in kinds:
            hidden_faults.clear()
            values = read(arguments, names, (group, key), kind)
            if hidden_faults:
                continue
            head = [group, key, kind, "error" if values is None else "ok"]
            yield head + [v for v in (values or [])]


def write(name, lines):
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="") as out:
        for line in lines:
            out.write("\t".join(escaped(field) for field in line) + "\n")


def path(*parts):
    return os.path.join(HERE, *parts)


PIECES = [
    "a", "b", "value", " ", "  ", "\t", "=", ":", "#", ";", "[g]", "]", '"', "'", '"', "'", "$", "$$", "\\$", "$a", "${a}", "$b", "$g.a",
    "${h.b}", "$h.k2", "$DEFAULT.a", "${", "}", ",", ".", "\\", "ü", "\u00a0", "1",
]
KEYS = ["a", "b", "a", "b", "k2", "k3", "A", "k 4", "k2"]


def random_value(generator):
    return "".join(generator.choice(PIECES) for _ in range(generator.randint(0, 5)))


def random_line(generator):
    kind = generator.random()
    if kind < 0.55:
        return generator.choice(KEYS) + generator.choice(["=", " = ", ": ", ":", "\t=\t"]) + random_value(generator)
    if kind < 0.70:
        return generator.choice(["[g]", "[G]", "[h]", "[DEFAULT]", "[default]", "[ g ]", "[g] "])
    if kind < 0.80:
        return generator.choice(["", "", "   ", "\t", "# comment", ";comment = x"])
    if kind < 0.97:
        return generator.choice([" ", "\t", "    "]) + generator.choice(["#", "", "", "="]) + random_value(generator)
    return random_value(generator)


def random_content(generator):
    lines = [generator.choice(["[DEFAULT]", "[g]", "[DEFAULT]\na = 1\n[g]\nb = 2\n[h]\nk2 = 3\nb = 4"])]
    lines += [random_line(generator) for _ in range(generator.randint(1, 12))]
    if generator.random() < 0.05:
        lines.pop(0)
    return generator.choice(["\n", "\n", "\n", "\r\n", "\r"]).join(lines) + generator.choice(["", "\n"])


def random_rows(count, seed):
    generator = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "random.conf")
        for _ in range(count):
            content = random_content(generator)
            with open(name, "w", encoding="utf-8", newline="") as out:
                out.write(content)
            yield ["file", content]
            try:
                names = keys_of([name])
            except iniparser.ParseError as error:
                # oslo notices an option outside a group only after the option's last line.
                outside = error.msg.startswith("Section must be started")
                yield ["refused", "outside" if outside else error.lineno]
                continue
            yield from (["option"] + row for row in rows(["--config-file", name], [name], ["string", "multi"]))


def main():
    for case in ("tricky", "substitution"):
        files = sorted(path(case, f) for f in os.listdir(path(case)) if f.endswith(".conf"))
        arguments = [a for f in files for a in ("--config-file", f)]
        write(case + ".tsv", rows(arguments, files, ["string", "multi"]))
    write("types.tsv", rows(["--config-file", path("types", "1.conf")], [path("types", "1.conf")], list(KINDS)))
    files = [path("several", f) for f in ("1.conf", "2.conf", "conf.d/10-b.conf", "conf.d/9-a.conf")]
    arguments = ["--config-file", files[0], "--config-file", files[1], "--config-dir", path("several", "conf.d")]
    write("several.tsv", rows(arguments, files, ["string", "multi"]))
    write("random.tsv", random_rows(400, 20130401))
    print("oslo.config", __import__("importlib.metadata").metadata.version("oslo.config"), file=sys.stderr)


main()
