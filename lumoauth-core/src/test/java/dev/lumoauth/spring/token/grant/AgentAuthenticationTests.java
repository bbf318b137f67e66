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

package dev.lumoauth.spring.token.grant;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.grant.AuthenticationStatus.Outcome;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AgentAuthentication} and what it shows, on the wire.
 */
class AgentAuthenticationTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final WireAgent agent = new WireAgent(lumoAuth);

	private final AtomicReference<String> secret = new AtomicReference<>("first");

	@Test
	void aSecretThatHasChangedIsSentAtOnceAndTheOldOneIsNotSentAgain() {
		changingSecret();
		accept("client_secret", "second");
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(tokens.authentication().reason()).isEqualTo("invalid_client");
		this.secret.set("second");
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.ACCEPTED);
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void aSecretThatChangesWhileLumoAuthAnswersIsSentOnceMore() {
		accept("client_secret", "second");
		int[] asked = { 0 };
		this.agent.credentials = (id) -> AgentCredentials.changing(id, ClientAuthenticationMethod.CLIENT_SECRET_POST,
				() -> AgentCredentials.clientSecretPost(id, (asked[0]++ == 0) ? "first" : "second"));
		assertThat(this.agent.tokens().agentToken().getTokenValue()).isEqualTo("agent-1");
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void whatWasNotAcceptedIsSentAgainAfterTenSeconds() {
		changingSecret();
		LumoAuthTokens tokens = this.agent.tokens();
		refuse(401, "invalid_client");
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		accept("client_secret", "first");
		this.agent.clock.advance(AgentAuthentication.REFUSAL_LIFE);
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
	}

	@Test
	void whatIsForgottenIsSentAgainAtOnce() {
		changingSecret();
		LumoAuthTokens tokens = this.agent.tokens();
		refuse(401, "invalid_client");
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken);
		accept("client_secret", "first");
		tokens.forget();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
	}

	/** One user's token that isn't taken must not stop the agent for all others. */
	@Test
	void a401AboutAnExchangedTokenIsNotAboutTheAgent() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(error(401, "invalid_token")));
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		assertThatExceptionOfType(LumoAuthException.class)
			.isThrownBy(() -> tokens.exchange(tokens.target("urn:a"), UserToken.of("user-token")));
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.ACCEPTED);
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
		assertThat(tokens.exchange("urn:b").getTokenValue()).isEqualTo("exchanged-1");
	}

	@Test
	void invalidClientAtAnExchangeStopsTheAgentForAWhile() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(error(401, "invalid_client")));
		LumoAuthTokens tokens = this.agent.tokens();
		for (String target : new String[] { "urn:a", "urn:b", "urn:c" }) {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> tokens.exchange(target));
		}
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.REFUSED);
	}

	@Test
	void noAnswerIsToldApartFromARefusal() {
		lumoAuth.stubFor(post(urlEqualTo(WireAgent.TOKEN)).willReturn(WireMock.serverError()));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.NONE);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@ParameterizedTest
	@CsvSource({ "404, tenant_not_found, invalid_answer", "500, server_error, no_answer" })
	void anAnswerThatIsNotValidIsToldFromNone(int status, String code, String reason) {
		refuse(status, code);
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(tokens.authentication().reason()).isEqualTo(reason);
	}

	@Test
	void scopesThatAreRefusedAreTheReason() {
		refuse(400, "invalid_scope");
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(tokens::agentToken);
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(tokens.authentication().reason()).isEqualTo("invalid_scope");
	}

	@Test
	void aKeySignsANewAssertionForEachRequestAndOneThatIsRefusedIsNotSignedAgain() throws Exception {
		SigningKey key = SigningKey.generate();
		this.agent.credentials = (id) -> AgentCredentials.privateKeyJwt(id, key, "https://issuer.example.com",
				this.agent.clock);
		accept("client_secret", null);
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		tokens.forget();
		tokens.agentToken();
		var assertions = lumoAuth.findAll(postRequestedFor(urlEqualTo(WireAgent.TOKEN)))
			.stream()
			.map((request) -> request.formParameter("client_assertion").firstValue())
			.toList();
		JWTClaimsSet claims = SignedJWT.parse(assertions.get(0)).getJWTClaimsSet();
		assertThat(claims.getIssuer()).isEqualTo(claims.getSubject()).isEqualTo(WireAgent.CLIENT_ID);
		assertThat(claims.getAudience()).containsExactly("https://issuer.example.com");
		assertThat(Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
			.isEqualTo(Duration.ofSeconds(60));
		assertThat(claims.getJWTID()).isNotEqualTo(SignedJWT.parse(assertions.get(1)).getJWTClaimsSet().getJWTID());
		refuse(401, "invalid_client");
		tokens.forget();
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken)
			.withMessageContaining("iss=sub=agt_test")
			.withMessageContaining("no kid");
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void aUsersTokenThatIsBoundToAnotherKeyIsNotAboutTheAgent() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(error(400, "invalid_dpop_proof")));
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		assertThatExceptionOfType(LumoAuthException.class)
			.isThrownBy(() -> tokens.exchange(tokens.target("urn:a"), UserToken.of("user-token")));
		assertThat(tokens.authentication().outcome()).isEqualTo(Outcome.ACCEPTED);
	}

	private void changingSecret() {
		this.agent.credentials = (id) -> AgentCredentials.changing(id, ClientAuthenticationMethod.CLIENT_SECRET_POST,
				() -> AgentCredentials.clientSecretPost(id, this.secret.get()));
	}

	private static void accept(String parameter, String value) {
		refuse(401, "invalid_client");
		var request = post(urlEqualTo(WireAgent.TOKEN));
		if (value != null) {
			request.withFormParam(parameter, equalTo(value));
		}
		lumoAuth.stubFor(request.willReturn(WireAgent.token("agent-1", 3600)));
	}

	private static void refuse(int status, String code) {
		lumoAuth.stubFor(post(urlEqualTo(WireAgent.TOKEN)).willReturn(error(status, code)));
	}

	private static ResponseDefinitionBuilder error(int status, String code) {
		return jsonResponse("{\"error\":\"" + code + "\"}", status);
	}

}
