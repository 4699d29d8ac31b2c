"""TLS and authentication against a real broker. Usage: security_test.py PROBE"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from authority import Authority, Certificate
from broker import Cluster, Listener
from processes import free_ports

PASSWORD = "open-sesame-4711"
WRONG = "hunter2-wrong"
MODULES = "org.apache.kafka.common.security"


def tls(name: str, certificate: Certificate) -> Listener:
    properties = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": certificate.chain,
        "ssl.keystore.key": certificate.key,
    }
    return Listener(name, "SSL", properties)


def sasl(name: str, mechanism: str, module: str, protocol: str = "SASL_PLAINTEXT", **more: str) -> Listener:
    properties = {"sasl.enabled.mechanisms": mechanism, f"{mechanism.lower()}.sasl.jaas.config": f"{module};", **more}
    return Listener(name, protocol, properties)


class SecurityTest(unittest.TestCase):
    probe: ClassVar[str]
    cluster: ClassVar[Cluster]
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        authority = Authority(cls.folder / "ours")
        Authority(cls.folder / "theirs")
        good = authority.issue("good", "IP:127.0.0.1")
        scram_tls = {f"ssl.keystore.{name}": text for name, text in
                     {"type": "PEM", "certificate.chain": good.chain, "key": good.key}.items()}
        listeners = (
            tls("TLS", good),
            tls("STRANGER", authority.issue("stranger", "DNS:broker.example")),
            tls("EXPIRED", authority.issue("expired", "IP:127.0.0.1", days=-1)),
            sasl("PLAIN", "PLAIN", f'{MODULES}.plain.PlainLoginModule required user_alice="{PASSWORD}"'),
            sasl("SCRAM", "SCRAM-SHA-512", f"{MODULES}.scram.ScramLoginModule required", "SASL_SSL", **scram_tls),
            sasl("TOKEN", "OAUTHBEARER", f"{MODULES}.oauthbearer.OAuthBearerLoginModule required "
                                         'unsecuredLoginStringClaim_sub="broker"'),
        )
        users = [f"SCRAM-SHA-512=[name=alice,password={PASSWORD}]"]
        cls.cluster = cls.enterClassContext(Cluster(cls.folder / "cluster", listeners=listeners, scram=users))

    def connect(self, listener: str, **properties: str) -> str:
        """What the probe says; its log is in `warnings`. Underscores in names stand for dots."""
        return self.connect_to(self.cluster.address(listener), **properties)

    def connect_to(self, address: str, **properties: str) -> str:
        settings = [f"{name.replace('_', '.')}={value}" for name, value in properties.items()]
        command = [self.probe, address, str(self.folder / "state"), *settings]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        text = done.stdout + done.stderr
        self.assertNotIn(PASSWORD, text)
        self.assertNotIn(WRONG, text)
        self.warnings = done.stderr
        return done.stdout.strip()

    def authority(self, whose: str = "ours") -> str:
        return str(self.folder / whose / "authority.pem")

    def test_tls_by_a_private_authority(self) -> None:
        self.assertEqual(self.connect("TLS", security_protocol="ssl", ssl_ca_location=self.authority()), "ok")

    def test_tls_refuses_an_unknown_authority(self) -> None:
        said = self.connect("TLS", security_protocol="ssl", ssl_ca_location=self.authority("theirs"))
        self.assertRegex(said, "cannot be reached at 127.0.0.1:.*TLS failed.*certificate")

    def test_tls_refuses_another_hosts_certificate(self) -> None:
        said = self.connect("STRANGER", security_protocol="ssl", ssl_ca_location=self.authority())
        self.assertRegex(said, "TLS failed.*mismatch")

    def test_tls_refuses_an_expired_certificate(self) -> None:
        said = self.connect("EXPIRED", security_protocol="ssl", ssl_ca_location=self.authority())
        self.assertRegex(said, "TLS failed.*expired")

    def test_tls_without_a_check_is_warned_about(self) -> None:
        settings = {"security_protocol": "ssl", "ssl_ca_location": self.authority()}
        for listener, name, value in (("STRANGER", "ssl.endpoint.identification.algorithm", "none"),
                                      ("EXPIRED", "enable.ssl.certificate.verification", "false")):
            self.assertEqual(self.connect(listener, **settings, **{name: value}), "ok")
            self.assertEqual(self.warnings.count("certificates is turned off"), 1, self.warnings)
            self.assertIn(f"{name}={value}", self.warnings)

    def test_plain(self) -> None:
        settings = {"security_protocol": "sasl_plaintext", "sasl_mechanism": "PLAIN", "sasl_username": "alice"}
        self.assertEqual(self.connect("PLAIN", **settings, sasl_password=PASSWORD), "ok")
        self.assertRegex(self.connect("PLAIN", **settings, sasl_password=WRONG), "authentication failed")

    def test_scram_over_tls(self) -> None:
        settings = {"security_protocol": "sasl_ssl", "ssl_ca_location": self.authority(),
                    "sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "alice"}
        self.assertEqual(self.connect("SCRAM", **settings, sasl_password=PASSWORD), "ok")
        self.assertRegex(self.connect("SCRAM", **settings, sasl_password=WRONG), "authentication failed")

    def test_tokens(self) -> None:
        settings = {"security_protocol": "sasl_plaintext", "sasl_mechanism": "OAUTHBEARER",
                    "enable_sasl_oauthbearer_unsecure_jwt": "true"}
        self.assertEqual(self.connect("TOKEN", **settings, sasl_oauthbearer_config="principal=alice"), "ok")

    def test_says_that_nobody_listens(self) -> None:
        port = free_ports(1)[0]
        said = self.connect_to(f"127.0.0.1:{port}")
        self.assertRegex(said, f"cannot be reached at 127.0.0.1:{port}: nobody listens there")

    def test_names_a_property_that_does_not_exist(self) -> None:
        self.assertRegex(self.connect("PLAINTEXT", no_such_thing="1"), '"no.such.thing": there is no such property')


if __name__ == "__main__":
    SecurityTest.probe = sys.argv.pop(1)
    unittest.main()
