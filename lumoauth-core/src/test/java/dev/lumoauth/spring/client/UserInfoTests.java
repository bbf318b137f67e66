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

import java.util.List;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the claims that a {@link LumoAuthClient} reads.
 */
class UserInfoTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private LumoAuthClient api;

	@BeforeEach
	void api() {
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthHttp http = agent.http();
		this.api = new LumoAuthClient(http, agent.tokens(http));
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-1", 3600)));
	}

	@Test
	void readsClaimsAndKeepsUnknownFieldsOfTheBudget() {
		answer(okJson("""
				{"sub":"agent_1","name":"Research Analyst","capabilities":["a","b"],
				 "budget_policy":{"max_tokens_per_day":1000,"max_cost_per_month_usd":12.5,
				 "allowed_models":["gpt-5"],"resets":{"at":"noon"},"unset":null}}"""));
		assertThat(this.api.capabilities()).containsExactlyInAnyOrder("a", "b");
		assertThat(this.api.budgetPolicy()).isEqualTo(Map.of("max_tokens_per_day", 1000, "max_cost_per_month_usd", 12.5,
				"allowed_models", List.of("gpt-5"), "resets", Map.of("at", "noon")));
	}

	@Test
	void policyThatIsMissingIsNotOneWithoutLimits() {
		answer(okJson("{\"sub\":\"agent_1\",\"capabilities\":null}"));
		assertThat(this.api.capabilities()).isNull();
		assertThat(this.api.budgetPolicy()).isNull();
		answer(okJson("{\"sub\":7,\"capabilities\":[],\"budget_policy\":{}}"));
		assertThat(this.api.capabilities()).isEmpty();
		assertThat(this.api.budgetPolicy()).isEmpty();
	}

	@Test
	void policyThatIsNoObjectIsNoAnswer() {
		answer(okJson("{\"sub\":\"agent_1\",\"budget_policy\":\"unlimited\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this.api::budgetPolicy);
	}

	@Test
	void claimsWithoutASubjectAreNoAnswer() {
		answer(okJson("{\"capabilities\":[\"a\"]}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this.api::budgetPolicy);
	}

	@Test
	void missingScopeIsSaidSo() {
		answer(jsonResponse("{\"error\":\"insufficient_scope\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this.api::budgetPolicy)
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("insufficient_scope"));
	}

	private static void answer(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get("/t/acme-corp/api/v1/oauth/userinfo").willReturn(response));
	}

}
