"""A private certificate authority, and certificates by it, with Debian's openssl."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """Both as PEM texts; the key is not encrypted."""

    chain: str
    key: str


class Authority:
    def __init__(self, folder: Path):
        self._folder = folder
        self.file = folder / "authority.pem"
        folder.mkdir(parents=True)
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority",
                  "-keyout", str(folder / "authority.key"), "-out", str(self.file))

    def issue(self, name: str, alternative: str, days: int = 2) -> Certificate:
        """For who is reached as `alternative`, such as IP:127.0.0.1. Negative days: it has expired."""
        key, request, chain = (self._folder / f"{name}.{ending}" for ending in ("key", "csr", "pem"))
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\n", encoding="utf-8")
        self._run("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", str(key),
                  "-out", str(request))
        self._run("x509", "-req", "-in", str(request), "-CA", str(self.file), "-CAkey",
                  str(self._folder / "authority.key"), "-CAcreateserial", "-days", str(days),
                  "-extfile", str(extensions), "-out", str(chain))
        return Certificate(chain.read_text(encoding="utf-8"), key.read_text(encoding="utf-8"))

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True)
