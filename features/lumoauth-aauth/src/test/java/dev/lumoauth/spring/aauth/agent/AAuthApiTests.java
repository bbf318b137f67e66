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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jwt.JWTClaimsSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.http.RequestError;
import dev.lumoauth.spring.token.key.SigningKey;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link AAuthApi} and {@link ResourceApi}.
 */
class AAuthApiTests {

	private static final String TOKEN = SignedWire.API + "/aauth/agent/token";

	private static final String PLATFORM = SignedWire.API + "/aauth/agent/platform-token";

	private static final String AUTH_TOKEN = """
			{"request_type":"auth","auth_token":"auth-1","expires_in":900,"token_type":"auth+jwt","refresh_token":"art_5"}""";

	private final Rotation rotation = new Rotation();

	@RegisterExtension
	final WireMockExtension lumoAuth = WireMockExtension.newInstance()
		.options(com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig()
			.dynamicPort()
			.extensions(this.rotation))
		.build();

	private SignedWire wire;

	private AAuthApi api;

	@BeforeEach
	void api() {
		this.wire = new SignedWire(this.lumoAuth);
		this.api = AAuthApi.forAgent(this.wire.http, this.wire.agent);
	}

	@Test
	void asksForATokenByASignedRequest() throws ParseException {
		stub(TOKEN, okJson(AUTH_TOKEN));
		AuthAnswer answer = this.api.auth("resource-1", Set.of("read"), "https://agent.example.com/back");
		assertThat(answer.token()).isNotNull();
		assertThat(answer.token().getTokenValue()).isEqualTo("auth-1");
		assertThat(answer.token().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.BEARER);
		assertThat(answer.token().getExpiresAt()).isCloseTo(Instant.now().plusSeconds(900),
				within(Duration.ofMinutes(1)));
		assertThat(answer.refreshToken()).isEqualTo("art_5");
		assertThat(answer.consent()).isNull();
		LoggedRequest request = sent(TOKEN);
		assertThat(request.getBodyAsString()).isEqualTo("""
				{"request_type":"auth","resource_token":"resource-1","scope":"read",\
				"redirect_uri":"https://agent.example.com/back"}""");
		assertThat(this.wire.verify(request).getSubject()).isEqualTo(SignedWire.AGENT);
	}

	@Test
	void takesTheOldFormOfAToken() {
		stub(TOKEN, okJson("{\"access_token\":\"auth-1\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"));
		AuthAnswer answer = this.api.auth("resource-1", Set.of(), null);
		assertThat(answer.token()).extracting(OAuth2AccessToken::getTokenValue).isEqualTo("auth-1");
		assertThat(answer.refreshToken()).isNull();
		assertThat(sent(TOKEN).getBodyAsString())
			.isEqualTo("{\"request_type\":\"auth\",\"resource_token\":\"resource-1\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "200 authorization_uri", "200 auth_url", "401 authorization_uri", "401 auth_url" })
	void takesEachFormOfTheConsent(String form) {
		String address = this.lumoAuth.baseUrl() + "/orgs/acme-corp/portal/aauth/authorize?request_token=rt_8";
		stub(TOKEN,
				jsonResponse(
						"{\"request_token\":\"rt_8\",\"" + form.substring(4) + "\":\"" + address
								+ "\",\"expires_in\":300,\"error\":\"consent_required\"}",
						Integer.parseInt(form.substring(0, 3))));
		AuthAnswer answer = this.api.auth("resource-1", Set.of(), null);
		assertThat(answer.token()).isNull();
		Consent consent = answer.consent();
		assertThat(consent).isNotNull();
		assertThat(consent.authorizationUri()).isEqualTo(URI.create(address));
		assertThat(consent.requestToken()).isEqualTo("rt_8");
		assertThat(consent.expiresAt()).isCloseTo(Instant.now().plusSeconds(300), within(Duration.ofMinutes(1)));
		assertThat(answer.toString()).contains(this.lumoAuth.baseUrl()).doesNotContain("rt_8");
	}

	@Test
	void knowsWhereAUserConsentsIfOnlyTheRequestTokenIsGiven() {
		stub(TOKEN, okJson("{\"request_token\":\"rt 8&x\"}".replace(" ", "+")));
		Consent consent = this.api.auth("resource-1", Set.of(), null).consent();
		assertThat(consent).isNotNull();
		assertThat(consent.authorizationUri())
			.hasToString(this.lumoAuth.baseUrl() + SignedWire.API + "/aauth/agent/auth?request_token=rt%2B8%26x");
		assertThat(consent.expiresAt()).isCloseTo(Instant.now().plusSeconds(600), within(Duration.ofMinutes(1)));
	}

	@Test
	void takesAnAddressWithoutAHostAsLumoAuthsOwn() {
		stub(TOKEN, okJson("{\"authorization_uri\":\"/orgs/acme-corp/portal/aauth/authorize\"}"));
		Consent consent = this.api.auth("resource-1", Set.of(), null).consent();
		assertThat(consent).isNotNull();
		assertThat(consent.authorizationUri())
			.hasToString(this.lumoAuth.baseUrl() + "/orgs/acme-corp/portal/aauth/authorize");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://elsewhere.example/", "javascript:alert(1)", "https://user@app.lumoauth.dev/",
			"https:///x", "not an address" })
	void sendsNoUserToAnAddressThatIsNotSafe(String address) {
		stub(TOKEN, okJson("{\"request_token\":\"rt_8\",\"authorization_uri\":\"" + address + "\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.auth("resource-1", Set.of(), null))
			.withMessageContaining("the address where the user has to consent is not an https address")
			.withMessageNotContaining("rt_8")
			.withMessageNotContaining(address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "", "{\"auth_token\":7,\"expires_in\":900,\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"a b\",\"expires_in\":900,\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"auth-1\",\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"auth-1\",\"expires_in\":0,\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"auth-1\",\"expires_in\":\"soon\",\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"auth-1\",\"expires_in\":900}",
			"{\"auth_token\":\"auth-1\",\"expires_in\":900,\"token_type\":\"agent+jwt\"}",
			"{\"request_type\":\"code\",\"auth_token\":\"auth-1\",\"expires_in\":900,\"token_type\":\"auth+jwt\"}",
			"{\"auth_token\":\"auth-1\",\"auth_token\":\"auth-2\",\"expires_in\":900,\"token_type\":\"auth+jwt\"}" })
	void takesNothingElseAsAToken(String body) {
		stub(TOKEN, okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.auth("resource-1", Set.of(), null))
			.withMessageNotContaining("auth-1");
	}

	@Test
	void redeemsACodeOnce() {
		stub(TOKEN, serviceUnavailable());
		assertThatExceptionOfType(LumoAuthException.class)
			.isThrownBy(() -> this.api.code("code-1", "https://a.example/back"))
			.withMessageNotContaining("code-1");
		this.lumoAuth.verify(1, postRequestedFor(urlEqualTo(TOKEN)).withRequestBody(equalToJson(
				"{\"request_type\":\"code\",\"code\":\"code-1\",\"redirect_uri\":\"https://a.example/back\"}")));
	}

	@Test
	void takesNoSecondConsentForACode() {
		stub(TOKEN, okJson("{\"request_token\":\"rt_8\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.code("code-1", "https://a.example/back"))
			.withMessageContaining("it asks for consent that was already given");
	}

	@Test
	void exchangesAndRefreshes() {
		stub(TOKEN, okJson(AUTH_TOKEN.replace("\"request_type\":\"auth\",", "")));
		this.api.exchange("upstream-1", "resource-1");
		assertThat(sent(TOKEN).getBodyAsString()).isEqualTo(
				"{\"request_type\":\"exchange\",\"auth_token\":\"upstream-1\",\"resource_token\":\"resource-1\"}");
		this.lumoAuth.resetRequests();
		this.api.refresh("art_5", "resource-2", Set.of("read"));
		assertThat(sent(TOKEN).getBodyAsString()).isEqualTo("""
				{"request_type":"refresh","refresh_token":"art_5","resource_token":"resource-2","scope":"read"}""");
	}

	@Test
	void signsASecondTryAnew() throws ParseException {
		this.lumoAuth.stubFor(post(TOKEN).inScenario("again")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(serviceUnavailable())
			.willSetStateTo("up"));
		this.lumoAuth.stubFor(post(TOKEN).inScenario("again").whenScenarioStateIs("up").willReturn(okJson(AUTH_TOKEN)));
		assertThat(this.api.auth("resource-1", Set.of(), null).token()).isNotNull();
		List<LoggedRequest> sent = this.lumoAuth.findAll(postRequestedFor(urlEqualTo(TOKEN)));
		assertThat(sent).hasSize(2);
		for (LoggedRequest request : sent) {
			this.wire.verify(request);
		}
		assertThat(sent.get(0).getHeader("Signature-Input")).isNotEqualTo(sent.get(1).getHeader("Signature-Input"));
	}

	@Test
	void saysThatTheAgentIsNotKnownAndShowsNoSecret() {
		stub(TOKEN, jsonResponse("""
				{"error":"invalid_signature","error_description":"no signature for resource-1 by art_5"}""", 401));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.api.refresh("art_5", "resource-1", Set.of()))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_signature"))
			.withMessageContaining("HTTP 401, invalid_signature: no signature for *** by ***")
			.withMessageContaining("lumoauth.aauth.agent");
		assertThat(this.wire.http.recentErrors()).singleElement().satisfies((error) -> {
			assertThat(error.endpoint()).isEqualTo("aauth/agent/token");
			assertThat(error.code()).isEqualTo(RequestError.Code.AUTHENTICATION);
			assertThat(error.status()).isEqualTo(401);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403 })
	void saysThatLumoAuthRefusesIt(int status) {
		stub(TOKEN, jsonResponse("""
				{"error":"invalid_resource_token","error_description":"resource-1 has expired"}""", status));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.api.auth("resource-1", Set.of(), null))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_resource_token"))
			.withMessageContaining("invalid_resource_token: *** has expired");
	}

	@Test
	void takesAnInvalidRequestAsARefusal() {
		stub(TOKEN, jsonResponse("{\"error\":\"invalid_request\"}", 400));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.api.auth("resource-1", Set.of(), null));
	}

	@Test
	void leavesLumoAuthAloneAfterTooManyRequests() {
		stub(TOKEN, jsonResponse("{\"error\":\"too_many_requests\"}", 429).withHeader("Retry-After", "60"));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthRateLimitedException.class)
				.isThrownBy(() -> this.api.auth("resource-1", Set.of(), null));
		}
		this.lumoAuth.verify(1, postRequestedFor(urlEqualTo(TOKEN)));
	}

	@Test
	void getsAPlatformTokenThatIsBoundToTheAgentsKey() throws ParseException {
		stub(PLATFORM, platformToken(this.wire.agent.key().thumbprint()));
		OAuth2AccessToken token = this.api.platformToken(Set.of("openid"));
		assertThat(token.getTokenValue()).isEqualTo("platform-1");
		assertThat(token.getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
		assertThat(token.getScopes()).containsExactlyInAnyOrder("openid", "read:documents");
		assertThat(token.getExpiresAt()).isCloseTo(Instant.now().plusSeconds(300), within(Duration.ofMinutes(1)));
		LoggedRequest request = sent(PLATFORM);
		JWTClaimsSet claims = this.wire.verify(request);
		assertThat(claims.getJWTID()).isNotBlank();
		assertThat(request.getBodyAsString()).isEqualTo("""
				{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token":"%s",\
				"subject_token_type":"urn:lumoauth:params:oauth:token-type:aauth-token","scope":"openid"}"""
			.formatted(request.getHeader("Agent-Auth").substring("agent_token=".length())));
	}

	@Test
	void takesAPlatformTokenWithoutAThumbprint() {
		stub(PLATFORM, okJson("""
				{"access_token":"platform-1","token_type":"dpop","expires_in":300,"cnf_jkt":null}"""));
		assertThat(this.api.platformToken(Set.of()).getScopes()).isEmpty();
	}

	@Test
	void takesNoPlatformTokenOfAnotherKey() {
		stub(PLATFORM, platformToken(SignedWire.ed25519().thumbprint()));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.platformToken(Set.of()))
			.withMessageContaining("its token is bound to another key than the agent's");
	}

	@Test
	void takesNoPlatformTokenThatNothingIsBoundTo() {
		stub(PLATFORM, okJson("{\"access_token\":\"platform-1\",\"token_type\":\"Bearer\",\"expires_in\":300}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.platformToken(Set.of()))
			.withMessageContaining("its 'token_type' is not DPoP");
	}

	@Test
	void getsAnotherPlatformTokenIfTheKeyChangedMeanwhile() throws ParseException {
		SigningKey next = SignedWire.ed25519();
		this.rotation.then = () -> this.wire.key = next;
		stub(PLATFORM, okJson("{\"access_token\":\"platform-1\",\"token_type\":\"DPoP\",\"expires_in\":300}")
			.withTransformers("rotation"));
		this.api.platformToken(Set.of());
		assertThat(thumbprints(this.lumoAuth.findAll(postRequestedFor(urlEqualTo(PLATFORM)))))
			.containsExactly(this.wire.first.thumbprint(), next.thumbprint());
	}

	private List<String> thumbprints(List<LoggedRequest> sent) throws ParseException {
		return Stream.of(this.wire.verify(sent.get(0)), this.wire.verify(sent.get(1)))
			.map((claims) -> SignedWire.key(claims).thumbprint())
			.toList();
	}

	private static ResponseDefinitionBuilder platformToken(String jkt) {
		return okJson(
				"""
						{"access_token":"platform-1","issued_token_type":"urn:ietf:params:oauth:token-type:access_token",
						 "token_type":"DPoP","expires_in":300,"scope":"openid read:documents","agent_id":"agt_1","cnf_jkt":"%s"}"""
					.formatted(jkt));
	}

	private void stub(String path, ResponseDefinitionBuilder answer) {
		this.lumoAuth.stubFor(post(path).withHeader("Content-Type", equalTo("application/json")).willReturn(answer));
	}

	private LoggedRequest sent(String path) {
		List<LoggedRequest> sent = this.lumoAuth.findAll(postRequestedFor(urlEqualTo(path)));
		assertThat(sent).hasSize(1);
		return sent.get(0);
	}

	/**
	 * Changes the key while LumoAuth answers.
	 */
	private static final class Rotation implements ResponseDefinitionTransformerV2 {

		private volatile Runnable then = () -> {
		};

		@Override
		public com.github.tomakehurst.wiremock.http.ResponseDefinition transform(ServeEvent event) {
			this.then.run();
			return event.getResponseDefinition();
		}

		@Override
		public boolean applyGlobally() {
			return false;
		}

		@Override
		public String getName() {
			return "rotation";
		}

	}

}
