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

package dev.lumoauth.spring.token;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.key.SigningKey;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link AgentCredentials} of the application's own, on the wire.
 */
class AgentCredentialsTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private WireAgent agent;

	@BeforeEach
	void agent() {
		this.agent = new WireAgent(lumoAuth);
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
	}

	@Test
	void signAnAssertion() throws Exception {
		this.agent.credentials = this::assertion;
		this.agent.tokens().exchange("urn:a");
		assertAsserted(WireAgent.agentTokenRequests(), lumoAuth.url(WireAgent.TOKEN));
		assertAsserted(WireAgent.exchangeRequests(), lumoAuth.url(WireAgent.TOKEN));
	}

	@Test
	void signAnAssertionAlsoInAManagerWithARegistrationOfAnother() throws Exception {
		this.agent.credentials = this::assertion;
		ClientRegistration registration = ClientRegistration.withRegistrationId("urn:a")
			.clientId("another")
			.clientSecret("anothers-secret")
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
			.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
			.tokenUri(lumoAuth.url(WireAgent.TOKEN))
			.build();
		new LumoAuthTokenExchangeProvider(this.agent.tokens())
			.authorize(OAuth2AuthorizationContext.withClientRegistration(registration)
				.principal(UsernamePasswordAuthenticationToken.authenticated("me", null, List.of()))
				.build());
		assertAsserted(WireAgent.exchangeRequests(), lumoAuth.url(WireAgent.TOKEN));
	}

	@Test
	void mayKeepTheClientIdToThemselvesAndSeeTheGrant() {
		this.agent.credentials = own(ClientAuthenticationMethod.NONE, (form) -> Map.of("proof-of", form));
		this.agent.tokens().exchange("urn:a");
		lumoAuth.verify(1,
				WireAgent.agentTokenRequests()
					.withFormParam("client_id", absent())
					.withFormParam("client_secret", absent())
					.withHeader("Authorization", absent())
					.withFormParam("proof-of", equalTo("client_credentials")));
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("client_id", absent())
					.withFormParam("proof-of", equalTo(WireAgent.EXCHANGE))
					.withHeader("X-Proof", equalTo("of " + WireAgent.EXCHANGE)));
	}

	@Test
	void areAskedForEachRequest() {
		int[] asked = { 0 };
		this.agent.credentials = own(ClientAuthenticationMethod.NONE, (form) -> Map.of("count", "" + ++asked[0]));
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		tokens.forget();
		tokens.agentToken();
		lumoAuth.verify(1, WireAgent.agentTokenRequests().withFormParam("count", equalTo("1")));
		lumoAuth.verify(1, WireAgent.agentTokenRequests().withFormParam("count", equalTo("2")));
	}

	@Test
	void thatFailAreNoAnswerAndAreAskedAgain() {
		boolean[] broken = { true };
		this.agent.credentials = own(ClientAuthenticationMethod.PRIVATE_KEY_JWT, (form) -> {
			if (broken[0]) {
				throw new IllegalStateException("no key in /secret/MARKER");
			}
			return Map.of();
		});
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken)
			.withMessage("The agent has no 'private_key_jwt' credentials to show");
		lumoAuth.verify(0, WireAgent.agentTokenRequests());
		broken[0] = false;
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
	}

	@Test
	void ofASecretNeedOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> AgentCredentials.clientSecretPost("agt_test", " "))
			.withMessageContaining("'client_secret_post' needs a client secret");
		assertThatIllegalArgumentException().isThrownBy(() -> AgentCredentials.clientSecretBasic("agt_test", ""))
			.withMessageContaining("'client_secret_basic' needs a client secret");
		assertThatIllegalArgumentException().isThrownBy(() -> AgentCredentials.none(" "))
			.withMessageContaining("client id");
	}

	private AgentCredentials assertion(String clientId) {
		return AgentCredentials.privateKeyJwt(clientId, SigningKey.generate(), lumoAuth.url(WireAgent.TOKEN),
				this.agent.clock);
	}

	private static void assertAsserted(RequestPatternBuilder requests, String audience) throws Exception {
		lumoAuth.verify(1,
				requests.withFormParam("client_secret", absent())
					.withHeader("Authorization", absent())
					.withFormParam("client_assertion_type",
							equalTo("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
					.withFormParam("client_assertion", matching(".+")));
		String assertion = lumoAuth.findAll(requests).get(0).formParameter("client_assertion").firstValue();
		SignedJWT jwt = SignedJWT.parse(assertion);
		assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo(WireAgent.CLIENT_ID);
		assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(audience);
	}

	private static Function<String, AgentCredentials> own(ClientAuthenticationMethod method,
			Function<String, Map<String, String>> parameters) {
		return (clientId) -> new Own(clientId, method, parameters);
	}

	private record Own(String clientId, ClientAuthenticationMethod method,
			Function<String, Map<String, String>> parameters) implements AgentCredentials {

		@Override
		public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
			String grant = String.valueOf(form.getFirst("grant_type"));
			headers.set("X-Proof", "of " + grant);
			this.parameters.apply(grant).forEach(form::set);
		}

	}

}
