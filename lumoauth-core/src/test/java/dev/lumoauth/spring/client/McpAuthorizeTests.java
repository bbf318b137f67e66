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

import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code agents/me/mcp/authorize}: 200 with a JSON {@code true} is an allow, 403 a
 * denial, and nothing else is an answer.
 */
class McpAuthorizeTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String AUTHORIZE = ApiAgent.API + "/agents/me/mcp/authorize";

	private static final McpToolQuestion QUESTION = new McpToolQuestion("urn:mcp:financial-data", "get_metrics",
			Predicate.isEqual("https://mcp.example.com/mcp"), McpToolQuestion.agentNamed(Set.of("agt_1")),
			"the.property");

	private static final OAuth2AccessToken CALLER = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER,
			"callers-token", Instant.now(), Instant.now().plusSeconds(60));

	private ApiAgent agent;

	private LumoAuthClient client;

	@BeforeEach
	void agent() {
		this.agent = new ApiAgent(lumoAuth);
		this.client = new LumoAuthClient(this.agent.http, this.agent.tokens);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"allowed\":true}",
			"{\"allowed\":true,\"agent_id\":\"agt_1\",\"resource\":\"https://mcp.example.com/mcp\"}",
			"{\"allowed\":true,\"agent_id\":null,\"resource\":\"urn:mcp:financial-data\",\"tool\":\"get_metrics\"}" })
	void allows(String body) {
		answer(okJson(body));
		assertThat(this.client.mcpAuthorize(QUESTION)).isTrue();
		lumoAuth
			.verify(1, postRequestedFor(urlEqualTo(AUTHORIZE)).withHeader("Authorization", equalTo("Bearer agent-1"))
				.withRequestBody(equalToJson("{\"server_id\":\"urn:mcp:financial-data\",\"tool\":\"get_metrics\"}")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>no</html>", "{\"allowed\":true}", "{\"error\":\"access_denied\"}" })
	void forbiddenIsADenialWhateverItsBodySays(String body) {
		answer(aResponse().withStatus(403).withBody(body));
		assertThat(this.client.mcpAuthorize(QUESTION)).isFalse();
		assertThat(this.agent.http.recentErrors()).isEmpty();
	}

	@Test
	void deniesInWordsToo() {
		answer(okJson("{\"allowed\":false}"));
		assertThat(this.client.mcpAuthorize(QUESTION)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "{\"allowed\":\"true\"}", "{\"allowed\":1}",
			"{\"allowed\":true,\"agent_id\":\"agt_2\"}", "{\"allowed\":true,\"agent_id\":{}}",
			"{\"allowed\":true,\"resource\":\"https://other.example.com/mcp\"}",
			"{\"allowed\":true,\"resource\":[\"https://mcp.example.com/mcp\"]}",
			"{\"allowed\":true,\"server_id\":\"urn:mcp:other\"}", "{\"allowed\":true,\"tool\":\"delete_all\"}" })
	void whatIsNotAboutTheQuestionIsNoAnswer(String body) {
		answer(okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.client.mcpAuthorize(QUESTION));
	}

	@Test
	void namesThePropertiesOfAServerThatIsAnother() {
		answer(okJson("{\"allowed\":true,\"resource\":\"https://other.example.com/mcp\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.client.mcpAuthorize(QUESTION))
			.withMessageContaining(
					"it is not about the 'resource' that was asked about, by none of the names in " + "the.property")
			.withMessageNotContaining("other.example.com");
	}

	@ParameterizedTest
	@CsvSource({ "201", "202", "204", "400", "404", "409", "429", "500", "503" })
	void noOtherStatusIsAnAnswer(int status) {
		answer(aResponse().withStatus(status).withBody("{\"allowed\":true,\"error\":\"access_denied\"}"));
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> this.client.mcpAuthorize(QUESTION));
	}

	@Test
	void asksForACallerWithTheCallersTokenAndNeverWithItsOwn() {
		answer(okJson("{\"allowed\":true,\"agent_id\":\"agt_1\"}"));
		SubjectClient caller = new SubjectClient(this.agent.http, CALLER);
		assertThat(caller.mcpAuthorize(QUESTION)).isTrue();
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(AUTHORIZE)).withHeader("Authorization", equalTo("Bearer callers-token")));
		answer(aResponse().withStatus(401).withBody("{\"error\":\"invalid_token\"}"));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> caller.mcpAuthorize(QUESTION));
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@CsvSource({ "agt_1,true", "agt_2,true", "agt_3,false", "'',false" })
	void knowsAnAgentByTheSubjectOfItsTokens(String id, boolean same) {
		assertThat(McpToolQuestion.agentNamed(Set.of("agent:agt_1", "agent_agt_2")).test(id)).isEqualTo(same);
	}

	private static void answer(ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(post(AUTHORIZE).willReturn(answer));
	}

}
