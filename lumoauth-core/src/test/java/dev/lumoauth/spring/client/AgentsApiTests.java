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

import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AgentsApi}.
 */
class AgentsApiTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String ME = "/t/acme-corp/api/v1/agents/me";

	private static final String ASK = "/t/acme-corp/api/v1/agents/ask";

	private LumoAuthClient api;

	@BeforeEach
	void api() {
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthHttp http = agent.http();
		this.api = new LumoAuthClient(http, agent.tokens(http));
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-1", 3600)));
	}

	@Test
	void readsAnAgentWithAnIdentity() {
		me("""
				{"identity":{"id":17,"type":"agent","tenant":"acme-corp","agent_id":"agt_1","status":"active"},
				 "capabilities":["read:documents"],
				 "workspace":{"slug":"acme-corp","api_base":"/orgs/acme-corp/api/v1/"}}""");
		AgentInfo info = this.api.me();
		assertThat(info.agentId()).isEqualTo("agt_1");
		assertThat(info.name()).isNull();
		assertThat(info.tenant()).isEqualTo("acme-corp");
		assertThat(info.status()).isEqualTo("active");
		assertThat(info.capabilities()).containsExactly("read:documents");
		lumoAuth.verify(1, getRequestedFor(urlEqualTo(ME)).withHeader("Authorization", equalTo("Bearer agent-1")));
	}

	@Test
	void readsAFlatAgent() {
		me("{\"agent_id\":\"agt_1\",\"name\":\"Research Analyst\",\"scopes\":[\"a\",\"b\"],\"delegated_by\":null}");
		AgentInfo info = this.api.me();
		assertThat(info.agentId()).isEqualTo("agt_1");
		assertThat(info.name()).isEqualTo("Research Analyst");
		assertThat(info.tenant()).isNull();
		assertThat(info.capabilities()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void readsAnAgentAsASubject() {
		me("""
				{"subject_type":"agent","id":4711,"name":"Research Analyst","capabilities":["a"],
				 "tenant":{"id":3,"name":"Acme","slug":"acme-corp"}}""");
		AgentInfo info = this.api.me();
		assertThat(info.agentId()).isEqualTo("4711");
		assertThat(info.name()).isEqualTo("Research Analyst");
		assertThat(info.tenant()).isEqualTo("acme-corp");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{}", "{\"identity\":{\"status\":\"active\"}}", "{\"agent_id\":\" \"}", "{\"agent_id\":{}}" })
	void agentWithoutAnIdIsNoAnswer(String body) {
		me(body);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this.api::me);
	}

	@Test
	void asksWithContext() {
		ask(okJson("""
				{"allowed":true,"action":"document.read","context":{"id":"doc_99"},"reason":"owner",
				 "audit_id":"8f3a"}"""));
		assertThat(this.api.ask("document.read", Map.of("id", "doc_99")))
			.isEqualTo(new AskResult(true, "document.read", "owner", "8f3a"));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(ASK))
			.withRequestBody(equalToJson("{\"action\":\"document.read\",\"context\":{\"id\":\"doc_99\"}}")));
	}

	@Test
	void asksWithoutContext() {
		ask(okJson("{\"allowed\":false,\"reason\":\"not yours\"}"));
		assertThat(this.api.ask("document.read", Map.of()))
			.isEqualTo(new AskResult(false, "document.read", "not yours", null));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(ASK)).withRequestBody(equalToJson("{\"action\":\"document.read\"}")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"allowed\":\"true\"}", "{\"explanation\":\"yes\"}",
			"{\"allowed\":true,\"action\":\"document.delete\"}" })
	void whatIsNoAnswerIsNoAllow(String body) {
		ask(okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.ask("document.read", Map.of()));
	}

	@Test
	void spentBudgetIsSaidSo() {
		ask(jsonResponse("{\"error\":\"budget_exceeded\"}", 429));
		assertThatExceptionOfType(LumoAuthBudgetExceededException.class)
			.isThrownBy(() -> this.api.ask("document.read", Map.of()));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(ASK)));
	}

	private static void me(String body) {
		lumoAuth.stubFor(get(ME).willReturn(okJson(body)));
	}

	private static void ask(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(ASK).willReturn(response));
	}

}
