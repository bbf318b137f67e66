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

package dev.lumoauth.spring.workload;

import java.time.Duration;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WorkloadCredentials}, on the wire.
 */
class WorkloadCredentialsTests {

	private static final String ATTEST = "/t/acme-corp/api/v1/agents/agt_7/attest";

	private static final SigningKey PLATFORM = SigningKey.generate();

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final WireAgent agent = new WireAgent(lumoAuth);

	private final String platformToken = platformToken("system:serviceaccount:prod:analyst");

	@Test
	void aPlatformsTokenIsExchangedWithoutClientIdAndSecret() {
		workload("kubernetes");
		lumoAuth.stubFor(exchangeRequest().willReturn(WireAgent.token("agent-1", 3600)));
		this.agent.tokens().agentToken();
		lumoAuth.verify(1,
				exchangeRequests().withFormParam("subject_token", equalTo(this.platformToken))
					.withFormParam("subject_token_type", equalTo("urn:ietf:params:oauth:token-type:jwt"))
					.withFormParam("subject_issuer", equalTo("kubernetes"))
					.withFormParam("client_id", absent())
					.withFormParam("client_secret", absent())
					.withFormParam("client_assertion", absent())
					.withFormParam("actor_token", absent())
					.withHeader("Authorization", absent()));
	}

	@Test
	void aTokenGotByThePlatformsIsExchangedWithTheClientIdAlone() {
		workload(null);
		lumoAuth.stubFor(exchangeRequest().willReturn(WireAgent.token("agent-1", 3600)));
		this.agent.tokens().exchange("urn:a");
		lumoAuth.verify(1,
				exchangeRequests().withFormParam("subject_token", equalTo("agent-1"))
					.withFormParam("audience", equalTo("urn:a"))
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID)));
	}

	@Test
	void aPlatformsTokenThatIsRefusedIsFetchedAnewOnce() {
		int[] fetched = { 0 };
		this.agent.credentials = (id) -> WorkloadCredentials.exchange(id, () -> platformToken("pod-" + ++fetched[0]),
				null);
		refuse(401, "workload_identity_failed");
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken)
			.withMessageContaining("iss='https://cluster.example.com'")
			.withMessageContaining("sub='pod-2'")
			.withMessageContaining("aud='https://lumoauth.example.com'")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(platformToken("pod-2").split("\\.")[1]))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("workload_identity_failed"));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	/** A wrong configuration must cost neither the platform nor LumoAuth requests. */
	@Test
	void aPlatformsTokenThatIsRefusedIsNotFetchedAgainForTenSeconds() {
		int[] fetched = { 0 };
		this.agent.credentials = (id) -> WorkloadCredentials.exchange(id, () -> platformToken("pod-" + ++fetched[0]),
				null);
		refuse(401, "workload_identity_failed");
		LumoAuthTokens tokens = this.agent.tokens();
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		}
		assertThat(fetched[0]).isEqualTo(2);
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
		this.agent.clock.advance(Duration.ofSeconds(10));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		assertThat(fetched[0]).isEqualTo(4);
	}

	@Test
	void aPollOfAWorkloadSendsNoPlatformsTokenAndStopsNothing() {
		workload(null);
		lumoAuth.stubFor(exchangeRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(post(urlEqualTo(WireAgent.TOKEN)).withFormParam("auth_req_id", equalTo("r"))
			.willReturn(error(401, "invalid_client")));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> tokens
			.request(new AuthorizationGrantType("urn:openid:params:grant-type:ciba"), Map.of("auth_req_id", "r")));
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withFormParam("auth_req_id", equalTo("r"))
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("subject_token", absent()));
	}

	@Test
	void anAttestationGivesTheAgentsToken() {
		attest();
		lumoAuth.stubFor(post(urlEqualTo(ATTEST)).willReturn(okJson("""
				{"access_token":"attested-1","token_type":"Bearer","expires_in":900,"scope":"read:documents",
				 "identity":{"provider":"kubernetes","subject":"s","issuer":"i","audience_generic":false}}""")));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("attested-1");
		assertThat(tokens.agentToken().getScopes()).containsExactly("read:documents");
		assertThat(tokens.statuses()).singleElement().satisfies((status) -> {
			assertThat(status.isOwn()).isTrue();
			assertThat(status.expiresAt()).isEqualTo(this.agent.clock.instant().plusSeconds(900));
		});
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(ATTEST)).withHeader("Authorization", absent())
			.withRequestBody(matchingJsonPath("$.attestation_token", equalTo(this.platformToken))));
	}

	/** Of a header with a blank in it, which no look for JWTs finds. */
	@Test
	void anAttestationThatIsRepeatedIsNotInTheMessage() {
		String token = "eyAiYWxnIjogIkVTMjU2IiB9.eyAic3ViIjogInBvZCIgfQ.c2lnbmF0dXJlLU1BUktFUg";
		this.agent.credentials = (id) -> WorkloadCredentials.attestation(id, () -> token, "agt_7");
		lumoAuth.stubFor(post(urlEqualTo(ATTEST))
			.willReturn(jsonResponse("{\"error\":\"attestation_rejected\",\"message\":\"got " + token + "\"}", 401)));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.agent.tokens().agentToken())
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("attestation_rejected").doesNotContain(token));
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_json, LumoAuthProtocolException",
			"400, missing_attestation_token, LumoAuthProtocolException",
			"401, attestation_rejected, CredentialsRefusedException",
			"403, access_policy_denied, LumoAuthDeniedException", "404, tenant_not_found, LumoAuthProtocolException",
			"429, rate_limit_exceeded, LumoAuthRateLimitedException" })
	void anAttestationThatIsRefusedGivesNoToken(int status, String code, String exception) {
		attest();
		lumoAuth.stubFor(post(urlEqualTo(ATTEST)).willReturn(
				jsonResponse("{\"error\":\"" + code + "\",\"message\":\"got " + this.platformToken + "\"}", status)
					.withHeader("Retry-After", "60")));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(tokens::agentToken).satisfies((ex) -> {
			assertThat(ex.getClass().getSimpleName()).isEqualTo(exception);
			assertThat(ex.getMessage()).doesNotContain(this.platformToken);
		});
	}

	@Test
	void anAttestationGivesBearerTokensOnly() {
		attest();
		this.agent.customizer = (tokens) -> tokens.dpop(DPoPProofs.of(SigningKey.generate(), this.agent.clock), true);
		assertThatIllegalStateException().isThrownBy(this.agent::tokens)
			.withMessageContaining("give bearer tokens")
			.withMessageContaining("lumoauth.dpop.enabled");
	}

	@Test
	void anAssertionIsSentWithTheClientId() {
		this.agent.credentials = (id) -> WorkloadCredentials.assertion(id, () -> this.platformToken);
		lumoAuth.stubFor(post(urlEqualTo(WireAgent.TOKEN)).willReturn(WireAgent.token("agent-1", 3600)));
		this.agent.tokens().agentToken();
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withFormParam("grant_type", equalTo("client_credentials"))
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_assertion_type",
							equalTo("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
					.withFormParam("client_assertion", equalTo(this.platformToken))
					.withFormParam("client_secret", absent()));
	}

	@Test
	void noTokenIsPrinted() {
		AgentCredentials[] all = { WorkloadCredentials.exchange("agt_1", () -> this.platformToken, null),
				WorkloadCredentials.attestation("agt_1", () -> this.platformToken, "agt_7"),
				WorkloadCredentials.assertion("agt_1", () -> this.platformToken) };
		for (AgentCredentials credentials : all) {
			assertThat(credentials.toString() + credentials.current()).contains("agt_1")
				.doesNotContain(this.platformToken.split("\\.")[2]);
		}
	}

	private void workload(String subjectIssuer) {
		this.agent.credentials = (id) -> WorkloadCredentials.exchange(id, () -> this.platformToken, subjectIssuer);
	}

	private void attest() {
		this.agent.credentials = (id) -> WorkloadCredentials.attestation(id, () -> this.platformToken, "agt_7");
	}

	private static MappingBuilder exchangeRequest() {
		return post(urlEqualTo(WireAgent.TOKEN)).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE));
	}

	private static RequestPatternBuilder exchangeRequests() {
		return postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE));
	}

	private static void refuse(int status, String code) {
		lumoAuth.stubFor(post(urlEqualTo(WireAgent.TOKEN)).willReturn(error(status, code)));
	}

	private static ResponseDefinitionBuilder error(int status, String code) {
		return jsonResponse("{\"error\":\"" + code + "\"}", status);
	}

	private static String platformToken(String subject) {
		return PLATFORM.sign("JWT", Map.of(),
				new JWTClaimsSet.Builder().issuer("https://cluster.example.com")
					.subject(subject)
					.audience("https://lumoauth.example.com")
					.build());
	}

}
