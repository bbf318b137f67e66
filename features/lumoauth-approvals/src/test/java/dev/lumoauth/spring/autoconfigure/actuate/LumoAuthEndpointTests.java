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
package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What {@link LumoAuthEndpoint} shows of a running application, over HTTP.
 */
class LumoAuthEndpointTests {

	/** Is in everything that must not be shown. */
	private static final String MARKER = "pa55word";

	/** Of an answer that can't be read. The log may quote it, the endpoint not. */
	private static final String QUOTED = "quoted-by-the-log";

	private static final String API = "/t/acme/api/v1";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static ConfigurableApplicationContext context;

	private static RestClient actuator;

	private static final ScriptedPeople people = new ScriptedPeople();

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class).initializers(
				(starting) -> ((GenericApplicationContext) starting).registerBean(ScriptedPeople.class, () -> people))
			.web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--spring.ai.openai.api-key=unused", "--lumoauth.url=" + lumoAuth.baseUrl(),
					"--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1",
					"--lumoauth.client-secret=" + MARKER + "-secret", "--lumoauth.agents.trade.client-id=agt_t",
					"--lumoauth.agents.trade.client-secret=" + MARKER + "-trade",
					"--lumoauth.agents.unlucky.client-id=agt_u",
					"--lumoauth.agents.unlucky.client-secret=" + MARKER + "-u",
					"--lumoauth.capabilities.cache.allow-ttl=1h", "--lumoauth.capabilities.cache.deny-ttl=1h",
					"--management.endpoints.web.exposure.include=lumoauth");
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		actuator = RestClient.create("http://127.0.0.1:" + port + "/actuator/lumoauth");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@BeforeEach
	void answerAsLumoAuth() {
		context.getBean(CapabilityDecisions.class).invalidate();
		lumoAuth.stubFor(post(API + "/oauth/token").willReturn(
				okJson("{\"access_token\":\"" + MARKER + "-token\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
						+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")));
		lumoAuth.stubFor(post(API + "/authz/check").willReturn(okJson("{\"allowed\":false}")));
		lumoAuth.stubFor(post(API + "/authz/check").withRequestBody(containing("read:documents"))
			.willReturn(okJson("{\"allowed\":true}")));
	}

	@Test
	void showsTheAgentsAndAsksNobody() {
		JsonNode shown = read();
		assertThat(shown.path("url").asString()).isEqualTo(lumoAuth.baseUrl());
		assertThat(shown.path("layout").asString()).isEqualTo("tenant");
		assertThat(shown.path("tenant").asString()).isEqualTo("acme");
		assertThat(shown.has("orgId")).isFalse();
		assertThat(shown.path("agents")).extracting((agent) -> agent.path("agentId").asString())
			.containsExactly("agt_1", "agt_t", "agt_u");
		assertThat(shown.at("/agents/0").has("name")).isFalse();
		assertThat(shown.at("/agents/1/name").asString()).isEqualTo("trade");
		assertThat(shown.at("/agents/1/budget/state").asString()).isEqualTo("unknown");
		assertThat(shown.at("/agents/1/endpoints")).hasSize(6)
			.allSatisfy((endpoint) -> assertThat(endpoint.path("breaker").asString()).isEqualTo("closed"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void showsWhatWaitsForPeopleWithoutWhatTheCallIsAbout() {
		LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
		people.atOnce(ApprovalState.APPROVED);
		Approval approval = approvals.request("refund", CallArguments.of(Map.of("card", MARKER)),
				new ApprovalRule("Refund to {card}", Impact.CRITICAL, "", List.of()));
		JsonNode shown = read().at("/agents/0/approvals");
		assertThat(shown.at("/channel").asString()).isEqualTo("custom");
		assertThat(shown.at("/mode").asString()).isEqualTo("interrupt");
		assertThat(shown.at("/store").asString()).isEqualTo("memory");
		assertThat(shown.at("/undecided")).isEmpty();
		assertThat(shown.at("/pending")).singleElement().satisfies((pending) -> {
			assertThat(pending.propertyNames()).containsExactly("id", "tool", "state", "impact", "requestedAt",
					"expiresAt");
			assertThat(pending.path("id").asString()).isEqualTo(approval.id());
			assertThat(pending.path("tool").asString()).isEqualTo("refund");
			assertThat(pending.path("state").asString()).isEqualTo("approved");
			assertThat(pending.path("impact").asString()).isEqualTo("critical");
		});
		approvals.run(approval.id(), () -> {
			assertThat(read().at("/agents/0/approvals/undecided/0/state").asString()).isEqualTo("running");
			return null;
		});
		assertThat(read().at("/agents/0/approvals/pending")).isEmpty();
		assertThat(read().at("/agents/0/approvals/undecided")).isEmpty();
		assertThat(read().at("/agents/1/approvals/channel").asString()).isEqualTo("jit");
		assertThat(read().toString()).doesNotContain(MARKER);
	}

	@Test
	void endsRequestsAndSaysWhatIsNotPossible() {
		LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
		ApprovalRule rule = new ApprovalRule("Pay", Impact.HIGH, "", List.of());
		people.atOnce(ApprovalState.PENDING);
		Approval waiting = approvals.request("pay", CallArguments.of(Map.of("amount", 1)), rule);
		assertThat(end(waiting.id(), "release")).isEqualTo(
				"{\"id\":\"%s\",\"problem\":\"The call has not begun. Use the action 'cancel'.\",\"state\":\"pending\"}"
					.formatted(waiting.id()));
		assertThat(end(waiting.id(), "cancel"))
			.isEqualTo("{\"id\":\"%s\",\"state\":\"cancelled\"}".formatted(waiting.id()));
		assertThat(end(waiting.id(), "cancel")).contains("There is no open request with this id.");
		people.atOnce(ApprovalState.APPROVED);
		Approval approved = approvals.request("pay", CallArguments.of(Map.of("amount", 2)), rule);
		approvals.run(approved.id(), () -> {
			assertThat(end(approved.id(), "cancel")).contains("The call has begun.", "'release'");
			assertThat(end(approved.id(), "release")).contains("runs in this process now", "\"state\":\"running\"");
			return null;
		});
		assertThat(catchThrowable(() -> end(approved.id(), "approve"))).hasMessageContaining("400");
	}

	private static String end(String id, String action) {
		JsonNode answer = JsonMapper.builder()
			.build()
			.readTree(actuator.post()
				.uri("/approvals/{id}", id)
				.contentType(MediaType.APPLICATION_JSON)
				.body("{\"action\":\"" + action + "\"}")
				.retrieve()
				.body(String.class));
		return answer.propertyStream()
			.sorted(Map.Entry.comparingByKey())
			.map((each) -> "\"" + each.getKey() + "\":" + each.getValue())
			.collect(Collectors.joining(",", "{", "}"));
	}

	@Test
	void showsWhereEachAgentAsksForChecks() {
		LumoAuthAgent agent = context.getBean("lumoAuthAgent.trade", LumoAuthAgent.class);
		assertThat(read().at("/agents/1/authzPath").asString()).isEqualTo("prefixed");
		lumoAuth.stubFor(post(API + "/authz/check").willReturn(aResponse().withStatus(404)));
		lumoAuth.stubFor(post("/api/v1/authz/check").willReturn(okJson("{\"allowed\":true}")));
		assertThat(agent.hasCapability("trade:execute")).isTrue();
		JsonNode shown = read();
		assertThat(shown.at("/agents/1/authzPath").asString()).isEqualTo("root");
		assertThat(shown.at("/agents/1/errors")).isEmpty();
		assertThat(shown.at("/agents/1/endpoints")).hasSize(6);
		assertThat(shown.at("/agents/0/authzPath").asString()).isEqualTo("prefixed");
		agent.hasCapability("trade:propose");
		assertThat(drop("")).isEqualTo(2);
	}

	@Test
	void showsDecisionsWithTheirAgeAndDropsThem() {
		LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
		agent.hasCapability("read:documents");
		agent.hasCapability("mcp:financial");
		JsonNode decisions = read().at("/agents/0/capabilities");
		assertThat(decisions.at("/read:documents/decision").asString()).isEqualTo("allow");
		assertThat(decisions.at("/mcp:financial/decision").asString()).isEqualTo("deny");
		assertThat(Duration.parse(decisions.at("/read:documents/age").asString())).isLessThan(Duration.ofHours(1));
		assertThat(drop("?capability=mcp:financial")).isOne();
		assertThat(read().at("/agents/0/capabilities").propertyNames()).containsExactly("read:documents");
		assertThat(drop("")).isOne();
		assertThat(read().at("/agents/0/capabilities")).isEmpty();
		assertThat(drop("")).isZero();
	}

	@Test
	void showsTokensByAudienceAndNoUser() {
		LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
		TokenTarget target = new TokenTarget("urn:mcp:financial-data", null, Set.of());
		tokens.exchange(target, null);
		tokens.exchange(target, UserToken.of(MARKER + "-alice"));
		tokens.exchange(target, UserToken.of(MARKER + "-bob"));
		tokens.exchange(new TokenTarget(null, "https://reports:" + MARKER + "@example.com/a?key=" + MARKER, Set.of()),
				null);
		JsonNode shown = read().at("/agents/0/tokens");
		assertThat(shown)
			.extracting((token) -> token.path("grant").asString() + " " + token.path("audience").asString() + " "
					+ token.path("onBehalf").asBoolean() + " " + token.path("held").asInt())
			.containsExactly("client_credentials  false 1", "token_exchange https://example.com/a false 1",
					"token_exchange urn:mcp:financial-data false 1", "token_exchange urn:mcp:financial-data true 2");
		assertThat(shown.at("/3/renewal/fresh").asInt()).isEqualTo(2);
		assertThat(Instant.parse(shown.at("/3/expiresAt").asString())).isAfter(Instant.now());
	}

	@Test
	void showsTheBudgetByLimit() {
		lumoAuth.stubFor(get(API + "/oauth/userinfo")
			.willReturn(okJson("{\"sub\":\"agt_1\",\"budget_policy\":{\"max_tokens_per_day\":1000,"
					+ "\"tokens_used_today\":250,\"note\":\"" + MARKER + "\"}}")));
		context.getBean(LumoAuthAgent.class).budget();
		JsonNode budget = read().at("/agents/0/budget");
		assertThat(budget.path("state").asString()).isEqualTo("available");
		assertThat(budget.at("/limits/max_tokens_per_day/used").asInt()).isEqualTo(250);
		assertThat(budget.at("/limits/max_tokens_per_day/limit").asInt()).isEqualTo(1000);
	}

	@Test
	void showsErrorsAsCodesAndWhatIsLeftAlone() {
		LumoAuthAgent agent = context.getBean("lumoAuthAgent.unlucky", LumoAuthAgent.class);
		String text = "{\"error\":\"%s\",\"error_description\":\"" + MARKER + "\"}";
		lumoAuth.stubFor(post(API + "/authz/check").willReturn(okJson("{\"note\":\"" + QUOTED + "\"}")));
		catchThrowable(() -> agent.hasCapability("read:documents"));
		lumoAuth.stubFor(post(API + "/oauth/token").withRequestBody(containing("unknown"))
			.willReturn(aResponse().withStatus(400).withBody(text.formatted("invalid_target"))));
		catchThrowable(() -> agent.mcpToken("urn:unknown"));
		lumoAuth.stubFor(post(API + "/agents/ask")
			.willReturn(aResponse().withStatus(403).withBody(text.formatted(MARKER + "_denied"))));
		catchThrowable(() -> agent.ask("read", Map.of()));
		lumoAuth.stubFor(post(API + "/authz/check").willReturn(aResponse().withStatus(503).withBody(MARKER)));
		for (int i = 0; i < 4; i++) {
			catchThrowable(() -> agent.hasCapability("read:documents"));
		}
		JsonNode shown = read().at("/agents/2");
		assertThat(shown.path("errors"))
			.extracting((error) -> error.path("endpoint").asString() + " " + error.path("code").asString() + " "
					+ error.path("error").asString() + " " + error.path("status").asInt())
			.containsExactly("authz/check unavailable  503", "authz/check unavailable  503",
					"authz/check unavailable  503", "agents/ask denied  403", "oauth/token denied invalid_target 400",
					"authz/check protocol  200");
		JsonNode check = shown.path("endpoints").get(4);
		assertThat(check.path("endpoint").asString()).isEqualTo("authz/check");
		assertThat(check.path("breaker").asString()).isIn("open", "half_open");
		assertThat(check.path("failures").asInt()).isEqualTo(3);
		assertThat(Instant.parse(check.path("openUntil").asString())).isNotNull();
	}

	@Test
	void showsWhatIsGuardedAndByWhichLayer() {
		assertThat(read().path("guards"))
			.extracting((guard) -> guard.path("name").asString() + " " + guard.path("layer").asString() + " "
					+ guard.path("capabilities") + " " + guard.path("match").asString() + " "
					+ guard.path("onBehalfOfUser").asBoolean())
			.containsExactly("documents.read bean_method [\"read:documents\",\"mcp:financial\"] any false");
	}

	private static JsonNode read() {
		String shown = actuator.get().retrieve().body(String.class);
		assertThat(shown).doesNotContain(MARKER, QUOTED);
		return JsonMapper.shared().readTree(shown);
	}

	private static int drop(String query) {
		String answer = actuator.method(HttpMethod.DELETE).uri(query).retrieve().body(String.class);
		return JsonMapper.shared().readTree(answer).path("dropped").asInt(-1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Documents documents() {
			return new Documents();
		}

	}

	static class Documents {

		@RequiresCapability(value = { "read:documents", "mcp:financial" }, match = Match.ANY)
		public void read() {
			// It is not called.
		}

	}

}
