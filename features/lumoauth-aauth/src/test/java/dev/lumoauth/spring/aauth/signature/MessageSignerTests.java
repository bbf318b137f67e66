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

package dev.lumoauth.spring.aauth.signature;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link MessageSigner}.
 */
class MessageSignerTests {

	@Test
	void eachSignatureHasItsOwnNonce() {
		MessageSigner signer = MessageSigner.of(() -> Message.ED25519, Message.CLOCK, 10);
		Set<String> inputs = new HashSet<>();
		for (int i = 0; i < 100; i++) {
			signer.sign("GET", URI.create("https://a.example/"), (name) -> List.of(), new byte[0], (name, value) -> {
				if (name.equals("Signature-Input")) {
					inputs.add(value);
				}
			});
		}
		assertThat(inputs).hasSize(100).allMatch((input) -> input.matches(".*;nonce=\"[A-Za-z0-9_-]{22}\""));
	}

	@Test
	void sendsWhatIsCoveredAndAbsentAsEmpty() {
		Message message = new Message();
		message.headers.clear();
		message.signed();
		assertThat(message.headers).containsOnlyKeys("Signature-Key", "Content-Type", "Authorization", "Content-Digest",
				"Signature-Input", "Signature");
		assertThat(message.get("Authorization") + message.get("Content-Type") + message.get("Signature-Key")).isEmpty();
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

	@Test
	void toLumoAuthItSendsNoEmptyHeader() {
		List<String> set = new ArrayList<>();
		MessageSigner.forLumoAuth(() -> Message.ED25519, Message.CLOCK)
			.sign("GET", URI.create("https://a.example/"), (name) -> List.of(), new byte[0],
					(name, value) -> set.add(name));
		assertThat(set).containsExactly("Content-Digest", "Signature-Input", "Signature");
	}

	@Test
	void replacesADigestThatIsThere() {
		Message message = new Message().set("Content-Digest", "sha-512=:AAAA:").signed();
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

	@Test
	void takesAKeyThatIsReplaced() throws Exception {
		SigningKey rsa = SigningKey.ofJwk(RsaTestKeys.own("k1").toJSONString(), null, null);
		AtomicReference<SigningKey> key = new AtomicReference<>(Message.ED25519);
		MessageSigner signer = MessageSigner.of(key::get, Message.CLOCK, 1000);
		MessageVerifier verifier = new MessageVerifier(Message.nonces(), Message.CLOCK);
		for (SigningKey each : List.of(Message.ED25519, rsa)) {
			key.set(each);
			Message message = new Message();
			signer.sign("POST", URI.create("https://orders.example:8443/v1/orders/a%20b?limit=10&q=a%2Fb"),
					(name) -> message.headers.getOrDefault(name, List.of()), message.body,
					(name, value) -> message.set(name, value));
			assertThatCode(() -> verifier.verify(message.received(), VerificationKey.of(each.publicKey())))
				.doesNotThrowAnyException();
		}
	}

	@Test
	void signsByEd25519OrRsaAlone() throws Exception {
		SigningKey ec = SigningKey.ofJwk(new ECKeyGenerator(Curve.P_256).generate().toJSONString(), null, null);
		assertThatIllegalArgumentException().isThrownBy(() -> MessageSigner.signing(ec))
			.withMessageContaining("Ed25519, or with RSA");
		SigningKey rsa = SigningKey.ofJwk(RsaTestKeys.own("k1").toJSONString(), null, null);
		assertThat(MessageSigner.signing(rsa).algorithm()).isEqualTo("PS512");
		assertThat(MessageSigner.signing(rsa).keyId()).isEqualTo("k1");
		assertThat(MessageSigner.signing(Message.ED25519).keyId()).isEqualTo(Message.ED25519.thumbprint());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/relative", "http://my_service:8080/", "mailto:a@b.example", "https://a.example/\u00e9",
			"https://a.example/?\u00e9" })
	void refusesAnAddressThatCannotBeSigned(String address) {
		assertThatIllegalStateException().isThrownBy(() -> sign(address, Map.of()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\r\nb", "\u00e9", "a\u0000", "\u0100" })
	void refusesAHeaderThatCannotBeSigned(String value) {
		assertThatIllegalStateException()
			.isThrownBy(() -> sign("https://a.example/", Map.of("content-type", List.of(value))))
			.withMessageContaining("content-type")
			.withMessageNotContaining(value);
	}

	@Test
	void refusesAHeaderThatIsThereTwice() {
		assertThatIllegalStateException()
			.isThrownBy(() -> sign("https://a.example/", Map.of("authorization", List.of("Bearer a", "Bearer b"))))
			.withMessageContaining("authorization")
			.withMessageNotContaining("Bearer a");
	}

	private static void sign(String address, Map<String, List<String>> headers) {
		MessageSigner.of(() -> Message.ED25519, Message.CLOCK, 10)
			.sign("GET", URI.create(address), (name) -> headers.getOrDefault(name, List.of()), new byte[0],
					(name, value) -> {
					});
	}

}
