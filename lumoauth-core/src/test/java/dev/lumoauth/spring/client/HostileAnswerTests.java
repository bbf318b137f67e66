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

package dev.lumoauth.spring.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.CannedResponses;
import dev.lumoauth.spring.HostileHeaders;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.QuietLog;
import dev.lumoauth.spring.StrictJson;
import dev.lumoauth.spring.http.LumoAuthHttp;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever LumoAuth's answer looks like, what is read from it is what it says, by a
 * second opinion; or it is no answer.
 */
@AddLifecycleHook(QuietLog.class)
class HostileAnswerTests {

	private final WireAgent agent;

	private final AuthzApi authz;

	private final LumoAuthClient client;

	private byte[] body = new byte[0];

	private HttpHeaders headers = new HttpHeaders();

	HostileAnswerTests() {
		this.agent = new WireAgent(new CannedResponses(this::answer));
		LumoAuthHttp http = this.agent.http();
		LumoAuthTokens tokens = this.agent.tokens(http);
		ApiCalls calls = new ApiCalls(http, tokens);
		this.authz = new AuthzApi(calls, http, "agt_1"::equals);
		this.client = new LumoAuthClient(http, tokens);
	}

	private MockClientHttpResponse answer(URI uri) {
		byte[] token = "{\"access_token\":\"token-1\",\"token_type\":\"Bearer\"}".getBytes(StandardCharsets.US_ASCII);
		if (uri.getPath().endsWith("/token")) {
			return new MockClientHttpResponse(token, 200);
		}
		MockClientHttpResponse response = new MockClientHttpResponse(this.body, 200);
		response.getHeaders().putAll(this.headers);
		return response;
	}

	/**
	 * What comes of this body, or {@code null} if it is no answer.
	 */
	private <T> @Nullable T read(byte[] body, Supplier<T> call) {
		this.body = body;
		this.agent.clock.advance(Duration.ofMinutes(1));
		try {
			return call.get();
		}
		catch (LumoAuthException ex) {
			assertThat(ex.getMessage()).contains("LumoAuth at http://localhost:1/").hasSizeLessThan(500);
			return null;
		}
	}

	@Provide
	Arbitrary<HttpHeaders> headers() {
		return HostileHeaders.any();
	}

	@Property(seed = HostileJson.SEED)
	void whatAHeaderSaysChangesNothing(@ForAll("decisions") byte[] body, @ForAll("headers") HttpHeaders headers) {
		this.headers = headers;
		Boolean read = read(body, () -> this.authz.check("a"));
		assertThat(read).isIn(allowed(body, "permission"), null);
	}

	@Provide
	Arbitrary<byte[]> decisions() {
		return HostileJson.near("{\"allowed\":true}", "{\"allowed\":false}",
				"{\"allowed\":true,\"permission\":\"a\",\"subject_type\":\"agent\",\"subject_id\":\"agt_1\",\"user_id\":7,\"context\":{\"allowed\":false}}",
				"{\"allowed\":true,\"action\":\"a\",\"reason\":\"ok\",\"audit_id\":\"8f\",\"context\":{}}");
	}

	@Property(seed = HostileJson.SEED)
	void aDecisionIsOneThatIsThere(@ForAll("decisions") byte[] body) {
		assertThat(read(body, () -> this.authz.check("a")))
			.isEqualTo(isAboutTheAgent(body) ? allowed(body, "permission") : null);
	}

	@Property(seed = HostileJson.SEED)
	void anAnswerToAnActionIsOneThatIsThere(@ForAll("decisions") byte[] body) {
		assertThat(read(body, () -> this.client.ask("a", Map.of()).allowed())).isEqualTo(allowed(body, "action"));
	}

	private static boolean isAboutTheAgent(byte[] body) {
		return StrictJson.object(body)
			.map((fields) -> fields.get("subject_id"))
			.filter((id) -> !id.equals("agt_1"))
			.isEmpty();
	}

	private static @Nullable Boolean allowed(byte[] body, String echo) {
		return StrictJson.object(body)
			.filter((fields) -> fields.get(echo) == null || fields.get(echo).equals("a"))
			.map((fields) -> fields.get("allowed"))
			.filter(Boolean.class::isInstance)
			.map(Boolean.class::cast)
			.orElse(null);
	}

	@Provide
	Arbitrary<byte[]> results() {
		return HostileJson.near("{\"results\":{\"a\":true,\"b\":false,\"c\":true}}",
				"{\"results\":{\"b\":true,\"a\":false},\"subject_type\":\"agent\",\"subject_id\":\"agt_1\",\"allowed\":true}",
				"{\"results\":[{\"a\":true},\"b\"],\"a\":true}");
	}

	@Property(seed = HostileJson.SEED)
	void decisionsAreThoseThatAreThere(@ForAll("results") byte[] body) {
		Map<String, Boolean> read = read(body, () -> {
			Map<String, Boolean> answers = new LinkedHashMap<>();
			this.authz.checkBulk(List.of("a", "b", "d"), answers::put);
			return answers;
		});
		Object results = isAboutTheAgent(body)
				? StrictJson.object(body).map((fields) -> fields.get("results")).orElse(null) : null;
		assertThat(read == null).isEqualTo(!(results instanceof Map<?, ?>));
		if (read != null && results instanceof Map<?, ?> expected) {
			assertThat(Set.of("a", "b", "d")).allSatisfy((name) -> assertThat(read.get(name))
				.isEqualTo((expected.get(name) instanceof Boolean allowed) ? allowed : null));
			assertThat(Set.of("a", "b", "d")).containsAll(read.keySet());
		}
	}

	@Provide
	Arbitrary<byte[]> claims() {
		return HostileJson.near("{\"sub\":\"agent_1\",\"capabilities\":[\"a\",\"b\"]}",
				"{\"sub\":7,\"capabilities\":null}",
				"{\"sub\":\"agent_1\",\"name\":\"a\",\"capabilities\":[],\"budget_policy\":{\"max_tokens_per_day\":1}}",
				"{\"sub\":\"agent_1\",\"capabilities\":{\"a\":true},\"budget_policy\":[\"a\"]}");
	}

	@Property(seed = HostileJson.SEED)
	@SuppressWarnings("unchecked")
	void capabilitiesAndBudgetAreThoseThatAreThere(@ForAll("claims") byte[] body) {
		Map<String, Object> fields = StrictJson.object(body).orElse(Map.of());
		Set<String> capabilities = read(body, this.client::capabilities);
		if (capabilities != null) {
			assertThat((Collection<Object>) fields.get("capabilities")).containsAll(capabilities);
		}
		Map<String, Object> policy = read(body, this.client::budgetPolicy);
		if (policy != null) {
			assertThat(((Map<Object, ?>) fields.get("budget_policy")).keySet()).containsAll(policy.keySet());
		}
	}

	@Provide
	Arbitrary<byte[]> identities() {
		return HostileJson.near(
				"{\"identity\":{\"id\":\"x\",\"tenant\":\"t\",\"agent_id\":\"agt_1\",\"status\":\"active\"},\"capabilities\":[\"a\"],\"workspace\":{\"slug\":\"s\"}}",
				"{\"agent_id\":\"agt_1\",\"name\":\"n\",\"scopes\":[\"a\"],\"expires_at\":1}",
				"{\"subject_type\":\"agent\",\"id\":\"agt_1\",\"tenant\":{\"id\":1,\"slug\":\"s\"},\"capabilities\":[]}");
	}

	@Property(seed = HostileJson.SEED)
	void anAgentIsOneThatIsThere(@ForAll("identities") byte[] body) {
		if (read(body, this.client::me) != null) {
			assertThat(StrictJson.object(body)).isPresent();
		}
	}

}
