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

package dev.lumoauth.spring.vault.autoconfigure;

import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.vault.LumoAuthConnections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code lumoauth.connections}, in an application.
 */
class ThirdPartiesTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String API = "/t/acme-corp/api/v1";

	private static final String VAULT = API + "/agents/me/connections/conn_1/token";

	private static final String GITHUB = "lumoauth.connections.github.";

	private ApplicationContextRunner runner;

	@BeforeEach
	void lumoAuth() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthUserAutoConfiguration.class, LumoAuthVaultAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
					"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret", GITHUB + "connection-id=conn_1",
					GITHUB + "origins=https://api.github.com");
		lumoAuth.stubFor(post(API + "/oauth/token").willReturn(okJson(
				"{\"access_token\":\"" + new PlainJWT(new JWTClaimsSet.Builder().subject("agt_1").build()).serialize()
						+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
		lumoAuth.stubFor(post(VAULT).willReturn(okJson("{\"access_token\":\"gho_1\",\"token_type\":\"Bearer\"}")));
	}

	@Test
	void eachAgentHasItsOwn() {
		this.runner
			.withPropertyValues("lumoauth.agents.writer.client-id=agt_2", "lumoauth.agents.writer.client-secret=s3cret")
			.withUserConfiguration(Writer.class)
			.run((context) -> {
				LumoAuthConnections agent = context.getBean(LumoAuthConnections.class);
				LumoAuthConnections writer = context.getBean(Writer.class).connections();
				for (int i = 0; i < 2; i++) {
					assertThat(agent.token("github").getTokenValue()).isEqualTo("gho_1");
					assertThat(writer.token("github").getTokenValue()).isEqualTo("gho_1");
				}
				lumoAuth.verify(2, postRequestedFor(urlEqualTo(VAULT)));
				assertThat(writer).isNotSameAs(agent)
					.isSameAs(context.getBean("lumoAuthConnections.writer", LumoAuthConnections.class));
				assertThat(writer.statuses()).hasSize(1);
				assertThat(context.getBean(AgentRuntimes.class).all()).hasSize(2)
					.allSatisfy((known) -> assertThat(known.describe().get("connections").toString())
						.contains("connection=github")
						.doesNotContain("gho_1"));
				context.getBean(AgentRuntimes.class).forget();
				agent.token("github");
				lumoAuth.verify(3, postRequestedFor(urlEqualTo(VAULT)));
			});
	}

	@ParameterizedTest
	@CsvSource({ "TOKENS,agt_1,2", "DISABLED,agt_1,2", "TOKENS,'',2", "DECISIONS,agt_1,1", "TOKENS,alice,2" })
	// Until LumoAuth has said its id of the agent, each event may be about the agent.
	void forgetsWhatWasTakenAway(Effect effect, String subject, int requests) {
		this.runner.run((context) -> {
			LumoAuthConnections agent = context.getBean(LumoAuthConnections.class);
			agent.token("github");
			Revocation revocation = new Revocation(effect, subject.isEmpty() ? Set.of() : Set.of(subject));
			context.getBean(RevocationListener.class).revoked(revocation);
			agent.token("github");
			lumoAuth.verify(requests, postRequestedFor(urlEqualTo(VAULT)));
		});
	}

	@Test
	void theAgentOfAChildContextHasItsOwn() {
		lumoAuth.stubFor(post(API + "/oauth/token").withFormParam("client_id", equalTo("agt_2"))
			.willReturn(okJson("{\"access_token\":\"of-child\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
		lumoAuth.stubFor(post(VAULT).withHeader("Authorization", equalTo("Bearer of-child"))
			.willReturn(okJson("{\"access_token\":\"gho_2\",\"token_type\":\"Bearer\"}")));
		this.runner.run((parent) -> this.runner.withParent(parent.getSourceApplicationContext())
			.withPropertyValues("lumoauth.client-id=agt_2")
			.run((child) -> {
				assertThat(parent.getBean(LumoAuthConnections.class).token("github").getTokenValue())
					.isEqualTo("gho_1");
				assertThat(child.getBean(LumoAuthConnections.class).token("github").getTokenValue()).isEqualTo("gho_2");
			}));
	}

	@Test
	void needsAUserWhereItActsForOne() {
		this.runner.withPropertyValues(GITHUB + "acts-for=user")
			.run((context) -> assertThatExceptionOfType(UserRequiredException.class)
				.isThrownBy(() -> context.getBean(LumoAuthConnections.class).token("github")));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(VAULT)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "connection-id= | lumoauth.connections.github.connection-id is missing.",
			"connection-id=a/b | lumoauth.connections.github.connection-id is not a valid id: 'a/b'.",
			"origins= | lumoauth.connections.github.origins is missing: nothing says where",
			"origins=http://api.github.com | lumoauth.connections.github.origins[0] must not receive tokens",
			"origins=https://api.github.com,api.github.com | lumoauth.connections.github.origins[1] must not receive tokens",
			"origins=https://me:secret@api.github.com | lumoauth.connections.github.origins[0] has a user name",
			"acts-for=nobody | lumoauth.connections.github" })
	void doesNotStartWith(String property, String problem) {
		this.runner.withPropertyValues(GITHUB + property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining(problem)
				.satisfies((failure) -> assertThat(failure.toString()).doesNotContain("me:secret")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.enabled=false" })
	void isNotThereWithoutAnIdentity(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthConnections.class));
	}

	static class Writer {

		private final LumoAuthConnections connections;

		Writer(@Qualifier("writer") LumoAuthConnections connections) {
			this.connections = connections;
		}

		LumoAuthConnections connections() {
			return this.connections;
		}

	}

}
