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

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.web.servlet.ModelAndView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AAuthConsentFilter}.
 */
class AAuthConsentFilterTests {

	private static final String PATH = "/aauth/documents";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension resource = WireMockExtension.newInstance().build();

	private final Wire wire = new Wire(lumoAuth, resource);

	private final MockHttpSession session = new MockHttpSession();

	private AAuthUserTokens tokens;

	private AAuthConsentFilter filter;

	@BeforeEach
	void filter() {
		this.tokens = new AAuthUserTokens(
				this.wire.targets(this.wire.target("documents", "http://localhost:8080" + PATH)));
		this.filter = new AAuthConsentFilter(this.tokens);
		this.wire.challenges();
		lumoAuth.stubFor(Wire.asked("auth").willReturn(this.wire.consent("request-1")));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.token(this.wire.authToken("a"), "refresh-1")));
		signIn("alice");
	}

	@AfterEach
	void nobody() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void browserIsSentToLumoAuthAndBack() throws Exception {
		MockHttpServletRequest request = page("/reports");
		request.setQueryString("page=2&q=%3Cb%3E");
		MockHttpServletResponse asked = send(request);
		assertThat(asked.getStatus()).isEqualTo(302);
		assertThat(asked.getHeader("Location"))
			.isEqualTo(lumoAuth.baseUrl() + "/orgs/acme-corp/portal/aauth/authorize?request_token=request-1");
		assertThat(asked.getHeader("Cache-Control")).isEqualTo("no-store");

		MockHttpServletResponse back = back("code", "code-1");
		assertThat(back.getStatus()).isEqualTo(302);
		assertThat(back.getHeader("Location")).isEqualTo("/reports?page=2&q=%3Cb%3E");
		assertThat(back.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
		assertThat(this.tokens.get("documents").getTokenValue()).isEqualTo(this.wire.authToken("a"));
		assertThat(this.session.getAttributeNames().hasMoreElements()).isFalse();
	}

	@Test
	void consentIsGoodOnce() throws Exception {
		send(page("/reports"));
		assertThat(back("code", "code-1").getStatus()).isEqualTo(302);
		assertRefused(back("code", "code-1"));
		lumoAuth.verify(1, Wire.asks("code"));
	}

	@Test
	void nobodyComesBackWhoWasNotAsked() throws Exception {
		assertRefused(back("code", "code-1"));
		lumoAuth.verify(0, Wire.asks("code"));
		assertThat(this.tokens.size()).isZero();
	}

	@Test
	void nobodyComesBackInAnotherSession() throws Exception {
		send(page("/reports"));
		MockHttpServletRequest other = request(PATH);
		other.setParameter("code", "code-1");
		other.setSession(new MockHttpSession());
		assertRefused(send(other));
		MockHttpServletRequest none = new MockHttpServletRequest("GET", PATH);
		none.setParameter("code", "code-1");
		assertRefused(send(none));
		lumoAuth.verify(0, Wire.asks("code"));
	}

	@Test
	void otherUserDoesNotComeBackInTheSameSession() throws Exception {
		send(page("/reports"));
		signIn("bob");
		assertRefused(back("code", "code-1"));
		nobody();
		assertRefused(back("code", "code-1"));
		lumoAuth.verify(0, Wire.asks("code"));
	}

	@Test
	void nobodyComesBackTooLate() throws Exception {
		send(page("/reports"));
		this.wire.clock.advance(Duration.ofSeconds(600));
		assertRefused(back("code", "code-1"));
		lumoAuth.verify(0, Wire.asks("code"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "state", "request_token" })
	void comesBackWithTheRequestThatWasAskedIfItIsSaidWith(String parameter) throws Exception {
		send(page("/reports"));
		assertRefused(back("code", "code-1", parameter, "request-2"));
		lumoAuth.verify(0, Wire.asks("code"));
		assertThat(back("code", "code-1", parameter, "request-1").getStatus()).isEqualTo(302);
	}

	@Test
	void userWhoDoesNotConsentIsNotAskedInALoop() throws Exception {
		send(page("/reports"));
		assertRefused(back("error", "access_denied", "code", "code-1"));
		assertRefused(back("code", "code-1"));
		lumoAuth.verify(0, Wire.asks("code"));
	}

	/**
	 * A link with the attacker's own code would join the user's account with that of the
	 * attacker.
	 */
	@Test
	void consentOfSomebodyElseAtLumoAuthIsNotTakenForWhoSignedInByIt() throws Exception {
		signInByLumoAuth("alice", this.wire.issuer());
		send(page("/reports"));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.token(this.wire.authTokenOf("mallory"), "refresh-1")));
		assertRefused(back("code", "code-of-mallory"));
		assertThat(this.tokens.size()).isZero();

		send(page("/reports"));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.token(this.wire.authTokenOf("alice"), "refresh-1")));
		assertThat(back("code", "code-1").getStatus()).isEqualTo(302);

		signInByLumoAuth("alice", "https://login.example.com");
		send(page("/reports"));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.token(this.wire.authTokenOf("user-7"), "refresh-1")));
		assertThat(back("code", "code-2").getStatus()).isEqualTo(302);
	}

	private static void signInByLumoAuth(String subject, String issuer) {
		OidcIdToken idToken = OidcIdToken.withTokenValue("id-token").subject(subject).issuer(issuer).build();
		DefaultOidcUser user = new DefaultOidcUser(AuthorityUtils.createAuthorityList("ROLE_USER"), idToken);
		SecurityContextHolder.setContext(
				new SecurityContextImpl(new OAuth2AuthenticationToken(user, user.getAuthorities(), "login-" + issuer)));
	}

	@Test
	void codeThatLumoAuthDoesNotTakeGivesNoToken() throws Exception {
		send(page("/reports"));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.refused(400, "invalid_grant")));
		assertRefused(back("code", "code-1"));
		send(page("/reports"));
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.refused(503, "server_error")));
		assertThat(back("code", "code-1").getStatus()).isEqualTo(503);
		assertThat(this.tokens.size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "//evil.example.com/x", "/\\evil.example.com", "https://evil.example.com/" })
	void userIsSentBackToThisApplicationAlone(String path) throws Exception {
		MockHttpServletRequest request = page(path);
		request.setContextPath("/app");
		assertThat(send(request).getStatus()).isEqualTo(302);
		assertThat(back("code", "code-1").getHeader("Location")).isEqualTo("/app/");
	}

	@Test
	void whatShowsNoPageIsRefused() throws Exception {
		MockHttpServletRequest post = page("/reports");
		post.setMethod("POST");
		MockHttpServletRequest json = request("/reports");
		json.addHeader("Accept", "application/json");
		MockHttpServletRequest script = page("/reports");
		script.addHeader("Sec-Fetch-Mode", "cors");
		for (MockHttpServletRequest request : new MockHttpServletRequest[] { post, json, script }) {
			MockHttpServletResponse response = send(request);
			assertThat(response.getStatus()).isEqualTo(403);
			assertThat(response.getContentType()).startsWith("application/problem+json");
			assertThat(response.getContentAsString(StandardCharsets.UTF_8)).contains("\"code\":\"consent_required\"")
				.doesNotContain("request-1");
		}
		assertThat(this.session.getAttributeNames().hasMoreElements()).isFalse();
	}

	@Test
	void browserOfOneUserIsNotAskedForAnother() throws Exception {
		MockHttpServletResponse response = send(page("/reports"), (request, ignored) -> {
			try {
				this.tokens.get("documents");
			}
			finally {
				signIn("bob");
			}
		});
		assertThat(response.getStatus()).isEqualTo(403);
		assertThat(response.getHeader("Location")).isNull();
	}

	@Test
	void findsTheConsentInWhatWasMadeOfIt() throws Exception {
		MockHttpServletResponse response = send(page("/reports"), (request, ignored) -> {
			try {
				this.tokens.get("documents");
			}
			catch (AAuthConsentRequiredException ex) {
				throw new ServletException("Request processing failed", new IllegalStateException(ex));
			}
		});
		assertThat(response.getStatus()).isEqualTo(302);
	}

	@Test
	void leavesOtherFailuresAndRequestsAlone() throws Exception {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> send(page("/reports"), (request, response) -> {
				throw new IllegalStateException("other");
			}));
		MockFilterChain chain = new MockFilterChain();
		this.filter.doFilter(request("/other"), new MockHttpServletResponse(), chain);
		assertThat(chain.getRequest()).isNotNull();
		MockFilterChain posted = new MockFilterChain();
		MockHttpServletRequest post = request(PATH);
		post.setMethod("POST");
		this.filter.doFilter(post, new MockHttpServletResponse(), posted);
		assertThat(posted.getRequest()).isNotNull();
	}

	@Test
	void resolverAnswersWhatControllersThrow() {
		AAuthConsentExceptionResolver resolver = new AAuthConsentExceptionResolver(this.filter);
		MockHttpServletResponse response = new MockHttpServletResponse();
		Exception required = required();
		ModelAndView answered = resolver.resolveException(page("/reports"), response, null, required);
		assertThat(answered).isNotNull().extracting(ModelAndView::isEmpty).isEqualTo(true);
		assertThat(response.getStatus()).isEqualTo(302);
		assertThat(resolver.resolveException(page("/reports"), new MockHttpServletResponse(), null,
				new IllegalStateException("other")))
			.isNull();
	}

	private Exception required() {
		try {
			this.tokens.get("documents");
		}
		catch (AAuthConsentRequiredException ex) {
			return ex;
		}
		throw new AssertionError("nothing was required");
	}

	@Test
	void answerThatIsOnItsWayIsNotChanged() {
		MockHttpServletResponse response = new MockHttpServletResponse();
		response.setCommitted(true);
		Exception required = required();
		assertThat(new AAuthConsentExceptionResolver(this.filter).resolveException(page("/reports"), response, null,
				required))
			.isNull();
		lumoAuth.verify(1, WireMock.anyRequestedFor(WireMock.anyUrl()));
	}

	private MockHttpServletResponse back(String... parameters) throws Exception {
		MockHttpServletRequest request = request(PATH);
		for (int i = 0; i < parameters.length; i += 2) {
			request.setParameter(parameters[i], parameters[i + 1]);
		}
		return send(request);
	}

	private MockHttpServletRequest page(String path) {
		MockHttpServletRequest request = request(path);
		request.addHeader("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
		return request;
	}

	private MockHttpServletRequest request(String path) {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
		request.setSession(this.session);
		return request;
	}

	private MockHttpServletResponse send(HttpServletRequest request) throws Exception {
		return send(request, (passed, response) -> this.tokens.get("documents"));
	}

	private MockHttpServletResponse send(HttpServletRequest request, FilterChain chain) throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, chain);
		return response;
	}

	private static void assertRefused(MockHttpServletResponse response) {
		assertThat(response.getStatus()).isEqualTo(403);
		assertThat(response.getHeader("Location")).isNull();
	}

	private static void signIn(String name) {
		SecurityContextHolder.setContext(new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated(name,
				"n/a", AuthorityUtils.createAuthorityList("ROLE_USER"))));
	}

}
