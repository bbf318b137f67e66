/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.token.dpop;

import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DPoPProofs}.
 */
class DPoPProofsTests {

	private static final URI SERVER = URI.create("https://server.example.com/token");

	/** The key of RFC 9449 section 4.1, of which the private part is not published. */
	private static final String RFC_KEY = """
			{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
			"y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}""";

	private final ManualClock clock = new ManualClock();

	private final ProofVerifier verifier = new ProofVerifier();

	private final DPoPProofs proofs = DPoPProofs.inMemory(this.clock);

	@Test
	void aProofSaysWhatTheRfcDemandsAndNoMore() throws Exception {
		SignedJWT proof = SignedJWT.parse(this.proofs.proof("POST", URI.create(SERVER + "?a=b#c"), null));
		assertThat(proof.getHeader().toJSONObject()).containsOnlyKeys("typ", "alg", "jwk");
		JWK key = proof.getHeader().getJWK();
		assertThat(key.isPrivate()).isFalse();
		assertThat(key.toJSONObject()).containsOnlyKeys("kty", "crv", "x", "y");
		assertThat(key.computeThumbprint()).hasToString(this.proofs.thumbprint());
		assertThat(proof.getJWTClaimsSet().getClaims()).containsOnlyKeys("jti", "htm", "htu", "iat")
			.containsEntry("htm", "POST")
			.containsEntry("htu", SERVER.toString());
		assertThat(problem(proof.serialize(), "POST", SERVER, null, null)).isNull();
	}

	@Test
	void aTokenIsNamedByTheHashOfTheRfc() throws Exception {
		// Section 7.1.
		String proof = this.proofs.proof("GET", URI.create("https://resource.example.org/protectedresource"),
				"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
		assertThat(claims(proof).getStringClaim("ath")).isEqualTo("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			https://server.example.com                     | https://server.example.com/
			https://server.example.com/                    | https://server.example.com/
			HTTPS://SERVER.Example.com/Path                | https://server.example.com/Path
			https://server.example.com:443/a               | https://server.example.com/a
			http://localhost:80/a                          | http://localhost/a
			https://server.example.com:80/a                | https://server.example.com:80/a
			https://server.example.com:8443                | https://server.example.com:8443/
			https://[2001:DB8::1]:8443/a                   | https://[2001:db8::1]:8443/a
			http://[::1]/a                                 | http://[::1]/a
			https://me:secret@server.example.com/a         | https://server.example.com/a
			https://server.example.com/a?token=x           | https://server.example.com/a
			https://server.example.com/a#part              | https://server.example.com/a
			https://server.example.com/a?b#c               | https://server.example.com/a
			https://server.example.com?b                   | https://server.example.com/
			https://server.example.com/é                   | https://server.example.com/%C3%A9
			https://server.example.com/%7euser/a%2fb       | https://server.example.com/%7euser/a%2fb
			https://server.example.com/a/./b/../c          | https://server.example.com/a/./b/../c
			https://server.example.com/a//b/               | https://server.example.com/a//b/
			https://server.example.com/a;v=1/b,c           | https://server.example.com/a;v=1/b,c
			""")
	void namesTheServerInItsNormalFormAndThePathAsItIsSent(String address, String expected) throws Exception {
		String proof = this.proofs.proof("POST", URI.create(address), null);
		assertThat(claims(proof).getStringClaim("htu")).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/relative", "mailto:a@example.com", "https:///a" })
	void makesNoProofWithoutAServer(String address) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.proofs.proof("POST", URI.create(address), null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "PO ST", "P\"", "P\\", "P\n" })
	void makesNoProofForWhatIsNoMethod(String method) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.proofs.proof(method, SERVER, null));
	}

	@Test
	void aVerifierRefusesAProofOfAnythingElse() {
		String jkt = this.proofs.thumbprint();
		assertThat(problem(proof("token"), "POST", SERVER, "token", jkt)).isNull();
		assertThat(problem(proof("token"), "GET", SERVER, "token", jkt)).isEqualTo("htm");
		assertThat(problem(proof("token"), "POST", URI.create(SERVER + "/x"), "token", jkt)).isEqualTo("htu");
		assertThat(problem(proof("token"), "POST", URI.create("https://other.example.com/token"), "token", jkt))
			.isEqualTo("htu");
		assertThat(problem(proof("other"), "POST", SERVER, "token", jkt)).isEqualTo("ath");
		assertThat(problem(proof(null), "POST", SERVER, "token", jkt)).isEqualTo("ath");
		String used = proof("token");
		assertThat(problem(used, "POST", SERVER, "token", jkt)).isNull();
		assertThat(problem(used, "POST", SERVER, "token", jkt)).isEqualTo("jti");
		String old = proof("token");
		this.clock.advance(Duration.ofSeconds(ProofVerifier.MAX_AGE + 1));
		assertThat(problem(old, "POST", SERVER, "token", jkt)).isEqualTo("iat");
		String stolen = DPoPProofs.inMemory(this.clock).proof("POST", SERVER, "token");
		assertThat(problem(stolen, "POST", SERVER, "token", jkt)).isEqualTo("jkt");
		String[] parts = proof("token").split("\\.");
		String other = proof("token").split("\\.")[1];
		assertThat(problem(parts[0] + "." + other + "." + parts[2], "POST", SERVER, "token", jkt))
			.isEqualTo("signature");
	}

	@Test
	void noTwoProofsHaveTheSameIdHoweverManyThreadsThereAre() {
		Set<String> ids = ConcurrentHashMap.newKeySet();
		List<String> all = IntStream.range(0, 200 * Integer.getInteger("tests.times", 1))
			.parallel()
			.mapToObj((i) -> proof(null))
			.toList();
		all.forEach((proof) -> {
			assertThat(ids.add(claims(proof).getJWTID())).isTrue();
			assertThat(problem(proof, "POST", SERVER, null, this.proofs.thumbprint())).isNull();
		});
	}

	@Test
	void theFirstOfManyThreadsMakesTheOneKey() {
		Set<String> keys = new HashSet<>(
				IntStream.range(0, 64).parallel().mapToObj((i) -> this.proofs.thumbprint()).toList());
		assertThat(keys).hasSize(1);
	}

	@Test
	void anotherKeyIsUsedFromThenOn() {
		String before = this.proofs.thumbprint();
		this.proofs.use(SigningKey.generate());
		assertThat(this.proofs.thumbprint()).isNotEqualTo(before);
		assertThat(problem(proof(null), "POST", SERVER, null, this.proofs.thumbprint())).isNull();
	}

	@Test
	void aKeyWithoutItsPublicKeyIsNone() throws Exception {
		SigningKey key = SigningKey.of(new ECKeyGenerator(Curve.P_256).generate().toECPrivateKey(), null, null, null);
		assertThatIllegalArgumentException().isThrownBy(() -> DPoPProofs.of(key, this.clock))
			.withMessageContaining("public key");
	}

	@Test
	void aNonceIsForItsServerOnlyHoweverTheServerIsWritten() {
		assertThat(this.proofs.noteNonce(URI.create("HTTPS://Server.Example.com:443/x"), "n-1")).isEqualTo("n-1");
		assertThat(nonce(SERVER)).isEqualTo("n-1");
		assertThat(nonce(URI.create("https://server.example.com:8443/token"))).isNull();
		assertThat(nonce(URI.create("https://other.example.com/token"))).isNull();
		this.proofs.noteNonce(SERVER, "n-2");
		assertThat(nonce(SERVER)).isEqualTo("n-2");
	}

	@Test
	void whatIsNoNonceChangesNothing() {
		this.proofs.noteNonce(SERVER, "good");
		for (String bad : new String[] { "", "a b", "a\"b", "a\\b", "a\nb", "a\u0000", "\u00e9", "x".repeat(1025),
				"x".repeat(1024 * 1024) }) {
			assertThat(this.proofs.noteNonce(SERVER, bad)).isNull();
		}
		assertThat(this.proofs.noteNonce(SERVER, (String) null)).isNull();
		assertThat(
				this.proofs.noteNonce(SERVER, (name) -> name.equals("DPoP-Nonce") ? List.of("one", "two") : List.of()))
			.isNull();
		assertThat(nonce(SERVER)).isEqualTo("good");
		assertThat(this.proofs.noteNonce(SERVER, "x".repeat(1024))).hasSize(1024);
	}

	@Test
	void noncesOfOnlySoManyServersAreKept() {
		Nonces nonces = new Nonces();
		IntStream.range(0, 5_000).forEach((i) -> nonces.note(URI.create("https://s" + i + ".example.com/"), "n"));
		assertThat(nonces.size()).isEqualTo(Nonces.MAX_ORIGINS);
		assertThat(nonces.of("https://s4999.example.com")).isEqualTo("n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			401 | DPoP error="use_dpop_nonce", error_description="x"                  | true
			401 | dpop error=use_dpop_nonce                                           | true
			401 | Bearer error="invalid_token", DPoP algs="ES256", error="use_dpop_nonce" | true
			401 | Bearer error="use_dpop_nonce"                                       | false
			401 | DPoP error="invalid_token", Bearer error="use_dpop_nonce"           | false
			401 | DPoP error="invalid_dpop_proof"                                     | false
			401 | DPoP error_description="error=\"use_dpop_nonce\""                 | false
			400 | DPoP error="use_dpop_nonce"                                         | false
			403 | DPoP error="use_dpop_nonce"                                         | false
			""")
	void readsWhetherAServerWantsAnotherNonce(int status, String challenge, boolean expected) {
		Map<String, List<String>> headers = Map.of("WWW-Authenticate", List.of(challenge));
		assertThat(DPoPProofs.isNonceWanted(status, (name) -> headers.getOrDefault(name, List.of())))
			.isEqualTo(expected);
	}

	@Test
	void saysNothingOfTheKeyAndTheNonces() {
		this.proofs.thumbprint();
		this.proofs.noteNonce(SERVER, "MARKER");
		assertThat(this.proofs).hasToString("DPoPProofs[" + this.proofs.thumbprint() + "]");
	}

	private String proof(String token) {
		return this.proofs.proof("POST", SERVER, token);
	}

	private String nonce(URI uri) {
		return (String) claims(this.proofs.proof("GET", uri, null)).getClaim("nonce");
	}

	private String problem(String proof, String method, URI uri, String token, String jkt) {
		return this.verifier.problem(proof, method, uri, token, jkt, null, this.clock.instant().getEpochSecond());
	}

	private static JWTClaimsSet claims(String proof) {
		try {
			return SignedJWT.parse(proof).getJWTClaimsSet();
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
