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

package dev.lumoauth.spring.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;

import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import dev.lumoauth.spring.CannedResponses;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.QuietLog;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.grant.TokenKey;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever replicas find in the store they share: a token is one that is there.
 */
@AddLifecycleHook(QuietLog.class)
class HostileStoredTokenTests {

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] GOOD = "{\"access_token\":\"agent-1\",\"token_type\":\"Bearer\",\"expires_in\":600}"
		.getBytes(StandardCharsets.US_ASCII);

	private final WireAgent agent = new WireAgent(new CannedResponses((uri) -> new MockClientHttpResponse(GOOD, 200)));

	@Provide
	Arbitrary<byte[]> records() {
		return HostileJson.near(
				"{\"name\":\"NAME\",\"token\":{\"value\":\"shared-1\",\"scopes\":[\"a\"],\"requestedAt\":NOW,\"lifeMillis\":600000,\"notAfter\":null,\"subjectEnd\":null}}",
				"{\"token\":{\"subjectEnd\":NOW,\"notAfter\":NOW,\"lifeMillis\":600000,\"requestedAt\":NOW,\"scopes\":[],\"value\":\"shared-1\"},\"name\":\"NAME\"}");
	}

	@Property(seed = HostileJson.SEED)
	void aSharedTokenIsOneThatIsThere(@ForAll("records") byte[] spoiled) throws GeneralSecurityException {
		String name = new TokenSeal(KEY).name("http://localhost:1" + WireAgent.TOKEN + " " + WireAgent.CLIENT_ID,
				new TokenKey(AuthorizationGrantType.CLIENT_CREDENTIALS, TokenKey.AGENT, null, null, null, Set.of(),
						null));
		// In Latin-1, which keeps every byte as it is.
		byte[] value = new String(spoiled, StandardCharsets.ISO_8859_1).replace("NAME", name)
			.replace("NOW", String.valueOf(this.agent.clock.millis()))
			.getBytes(StandardCharsets.ISO_8859_1);
		OAuth2AccessToken token = withShared(name, seal(value));
		if (!token.getTokenValue().equals("agent-1")) {
			assertThat(new String(value, StandardCharsets.UTF_8)).contains(name, token.getTokenValue());
			assertThat(token.getExpiresAt()).isAfter(this.agent.clock.instant());
		}
	}

	@Property(seed = HostileJson.SEED)
	void whatIsNotEncryptedWithTheKeyIsNoToken(@ForAll byte[] noise) {
		String name = new TokenSeal(KEY).name("http://localhost:1" + WireAgent.TOKEN + " " + WireAgent.CLIENT_ID,
				new TokenKey(AuthorizationGrantType.CLIENT_CREDENTIALS, TokenKey.AGENT, null, null, null, Set.of(),
						null));
		assertThat(withShared(name, noise).getTokenValue()).isEqualTo("agent-1");
	}

	private OAuth2AccessToken withShared(String name, byte[] sealed) {
		MapTokenStore store = new MapTokenStore();
		store.save(name, sealed, Duration.ofHours(1));
		try (StoredTokens shared = new StoredTokens(store, KEY, Duration.ofSeconds(5), this.agent.clock,
				this.agent.clock::advance)) {
			this.agent.sharedTokens = shared;
			return this.agent.tokens().agentToken();
		}
	}

	private static byte[] seal(byte[] value) throws GeneralSecurityException {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
		byte[] key = mac.doFinal("lumoauth token values".getBytes(StandardCharsets.UTF_8));
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, new byte[12]));
		byte[] sealed = new byte[12 + cipher.getOutputSize(value.length)];
		cipher.doFinal(value, 0, value.length, sealed, 12);
		return sealed;
	}

}
