# Ansible brings each module with all that it imports in a zip of its own, and Python compiles that anew each time: two
# thirds of a set-up, where one processor plays two machines. What was compiled is kept until the machine is switched off.
import _imp
import marshal
import os
import zipimport

FOLDER = "/run/kept-bytecode"
compiled = zipimport._compile_source


def kept(path, source):
    file = f"{FOLDER}/{_imp.source_hash(len(source), source).hex()}"
    try:
        with open(file, "rb") as opened:
            return marshal.load(opened)
    except (OSError, EOFError, ValueError):
        code = compiled(path, source)
    try:
        os.makedirs(FOLDER, exist_ok=True)
        with open(f"{file}.{os.getpid()}", "wb") as opened:
            marshal.dump(code, opened)
        os.replace(f"{file}.{os.getpid()}", file)
    except OSError:
        pass  # whoever is not root keeps nothing
    return code


zipimport._compile_source = kept
