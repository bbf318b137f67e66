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

package dev.lumoauth.spring.token.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.CannedResponses;
import dev.lumoauth.spring.HostileHeaders;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.QuietLog;
import dev.lumoauth.spring.StrictJson;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the answer to a request for a token looks like: a token is one that is there.
 */
@AddLifecycleHook(QuietLog.class)
class HostileTokenAnswerTests {

	private static final String GOOD = "{\"access_token\":\"agent-1\",\"token_type\":\"Bearer\",\"expires_in\":600}";

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	private final WireAgent agent = new WireAgent(new CannedResponses((uri) -> {
		MockClientHttpResponse response = new MockClientHttpResponse(this.body, 200);
		response.getHeaders().putAll(this.headers);
		return response;
	}));

	private byte[] body = new byte[0];

	private HttpHeaders headers = new HttpHeaders();

	@Provide
	Arbitrary<byte[]> tokens() {
		return HostileJson.near(GOOD,
				"{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":\"60\",\"scope\":\"a b\",\"task_id\":7}",
				"{\"access_token\":\"abc\",\"token_type\":\"N_A\",\"expires_in\":1e18,\"scope\":[\"a\"]}",
				"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"issued_token_type\":\"" + ACCESS_TOKEN + "\"}");
	}

	@Provide
	Arbitrary<HttpHeaders> headers() {
		return HostileHeaders.any();
	}

	@Property(tries = 300, seed = HostileJson.SEED)
	void aTokenIsOneThatIsThere(@ForAll("tokens") byte[] body, @ForAll("headers") HttpHeaders headers) {
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken token = read(body, headers, tokens::agentToken);
		if (token != null) {
			assertThere(token, body);
		}
	}

	@Property(tries = 300, seed = HostileJson.SEED)
	void anExchangedTokenIsOneThatIsThere(@ForAll("tokens") byte[] body) {
		LumoAuthTokens tokens = this.agent.tokens();
		read(GOOD.getBytes(StandardCharsets.US_ASCII), new HttpHeaders(), tokens::agentToken);
		OAuth2AccessToken token = read(body, new HttpHeaders(), () -> tokens.exchange("urn:a"));
		if (token != null) {
			assertThere(token, body);
			assertThat(StrictJson.object(body).orElseThrow().get("issued_token_type")).isIn(null, ACCESS_TOKEN);
		}
	}

	private static void assertThere(OAuth2AccessToken token, byte[] body) {
		Map<String, Object> fields = StrictJson.object(body).orElseThrow();
		assertThat(fields).containsEntry("access_token", token.getTokenValue());
		assertThat(token.getTokenValue()).matches("[!-~]+");
		assertThat(String.valueOf(fields.get("token_type"))).isEqualToIgnoringCase("Bearer");
		assertThat(Duration.between(token.getIssuedAt(), token.getExpiresAt())).isBetween(Duration.ofSeconds(1),
				Duration.ofDays(365));
		assertThat(Set.of(String.valueOf(fields.get("scope")).split(" "))).containsAll(token.getScopes());
	}

	private @Nullable OAuth2AccessToken read(byte[] body, HttpHeaders headers, Supplier<OAuth2AccessToken> call) {
		this.body = body;
		this.headers = headers;
		try {
			return call.get();
		}
		catch (LumoAuthException ex) {
			assertThat(ex.getMessage()).contains(WireAgent.TOKEN).doesNotContain("abc", "agent-1").hasSizeLessThan(500);
			return null;
		}
	}

}
