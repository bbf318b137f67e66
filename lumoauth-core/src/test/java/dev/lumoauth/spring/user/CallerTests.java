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

package dev.lumoauth.spring.user;

import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who comes first: the one who started something, or the one who is signed in on the
 * thread on which it runs.
 */
class CallerTests {

	private final CurrentUser user = CurrentUser
		.of(() -> List.of((authentication) -> UserToken.of(TestUsers.token(authentication.getName()))), List.of());

	@AfterEach
	void signOut() {
		TestUsers.signOut();
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
	}

	private String seen() {
		UserToken found = this.user.find();
		return (found != null) ? found.value() : "nobody";
	}

	@ParameterizedTest
	@ValueSource(strings = { "MODE_THREADLOCAL", "MODE_INHERITABLETHREADLOCAL", "MODE_GLOBAL" })
	void whoStartedItComesBeforeWhomTheThreadHad(String strategy) {
		SecurityContextHolder.setStrategyName(strategy);
		Caller alice = Caller.of(TestUsers.authentication("alice"));
		TestUsers.signIn("bob");
		assertThat(Caller.current().call(this::seen)).isEqualTo("token-of-bob");
		assertThat(alice.call(this::seen)).isEqualTo("token-of-alice");
		assertThat(Caller.NOBODY.call(this::seen)).isEqualTo("nobody");
		assertThat(Caller.of(UserToken.of("named")).call(this::seen)).isEqualTo("named");
		assertThat(UserScope.call(UserToken.of("named"), () -> alice.call(this::seen))).isEqualTo("token-of-alice");
		assertThat(seen()).isEqualTo("token-of-bob");
	}

	@ParameterizedTest
	@ValueSource(strings = { "MODE_THREADLOCAL", "MODE_INHERITABLETHREADLOCAL" })
	void whomItSignsInItselfComesFirst(String strategy) {
		SecurityContextHolder.setStrategyName(strategy);
		Caller alice = Caller.of(TestUsers.authentication("alice"));
		Supplier<String> signingIn = () -> TestUsers.as("carol", this::seen) + " then " + seen();
		assertThat(alice.call(signingIn)).isEqualTo("token-of-carol then token-of-alice");
		TestUsers.signIn("bob");
		assertThat(alice.call(signingIn)).isEqualTo("token-of-carol then token-of-alice");
		assertThat(Caller.NOBODY.call(signingIn)).isEqualTo("token-of-carol then nobody");
	}

	@Test
	void inAStreamANamedUserComesBeforeOneWhoIsSignedIn() {
		Caller named = Caller.of(UserToken.of("named"));
		Caller alice = Caller.of(TestUsers.authentication("alice"));
		TestUsers.signIn("bob");
		assertThat(ReactiveUserScope.caller(Context.empty(), named).block().call(this::seen)).isEqualTo("named");
		assertThat(ReactiveUserScope.caller(Context.empty(), alice).block().call(this::seen)).isEqualTo("token-of-bob");
		assertThat(UserScope
			.call(UserToken.of("subscriber"), () -> ReactiveUserScope.caller(Context.empty(), named).block())
			.call(this::seen)).isEqualTo("subscriber");
	}

	@Test
	void usersWhoShareADisplayNameAreTwo() {
		assertThat(Caller.of(login("usr_1")).name()).isEqualTo(Caller.of(login("usr_1")).name())
			.isNotEqualTo(Caller.of(login("usr_2")).name());
		assertThat(Caller.of(introspected("https://a.example.com")).name())
			.isEqualTo(Caller.of(introspected("https://a.example.com")).name())
			.isNotEqualTo(Caller.of(introspected("https://b.example.com")).name());
		assertThat(Caller.of(login("usr_1", "https://a.example.com")).name())
			.isEqualTo(Caller.of(login("usr_1", "https://a.example.com")).name())
			.isNotEqualTo(Caller.of(login("usr_1", "https://b.example.com")).name());
		assertThat(Caller.of(new SamlLogin("a", "alice")).name())
			.isEqualTo(Caller.of(new SamlLogin("a", "alice")).name())
			.isNotEqualTo(Caller.of(new SamlLogin("b", "alice")).name());
		assertThat(Caller.of(saml("a")).name()).isEqualTo(Caller.of(saml("a")).name())
			.isNotEqualTo(Caller.of(saml("b")).name());
	}

	@Test
	void whatATokenSaysIsNotTheNameOfSomebodyWhoSignedInOtherwise() {
		String login = Caller.of(login("alice")).name();
		String saml = Caller.of(new SamlLogin("https://idp.example.com", "alice")).name();
		String form = Caller.of(new TestingAuthenticationToken("alice", null, List.of())).name();
		for (String name : List.of(login, saml, form)) {
			assertThat(Caller.of(named(name, null)).name()).isNotEqualTo(name);
			String way = name.substring("alice (".length(), name.length() - 1);
			assertThat(Caller.of(named("alice", way)).name()).isNotEqualTo(name);
		}
		assertThat(Caller.of(named("alice", TestUsers.ISSUER)).name())
			.as("by whom the token was given to the application does not matter")
			.isEqualTo(Caller.of(TestUsers.authentication("alice")).name());
	}

	private static UserToken named(String subject, @Nullable String issuer) {
		return UserToken
			.of(new PlainJWT(new JWTClaimsSet.Builder().subject(subject).issuer(issuer).build()).serialize());
	}

	/**
	 * As before Spring Security 7: the principal knows the registration.
	 */
	private static Authentication saml(String registration) {
		return new TestingAuthenticationToken(new SamlPrincipal("alice", registration), null, List.of());
	}

	private static Authentication login(String subject) {
		return new OAuth2AuthenticationToken(
				new DefaultOAuth2User(List.of(), Map.of("sub", subject, "name", "John Smith"), "name"), List.of(),
				"lumoauth");
	}

	private static Authentication login(String subject, String issuer) {
		return new OAuth2AuthenticationToken(
				new DefaultOAuth2User(List.of(), Map.of("sub", subject, "iss", issuer), "sub"), List.of(), "any");
	}

	private static Authentication introspected(String issuer) {
		Map<String, Object> claims = Map.of("sub", "usr_1", "iss", issuer);
		return new TestingAuthenticationToken(new DefaultOAuth2AuthenticatedPrincipal(claims, List.of()), null,
				List.of());
	}

	/**
	 * Whoever calls the application's own MCP server stays the caller.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isStillKnownWhereAStreamActsForAUser(boolean signedIn) {
		Authentication alice = TestUsers.authentication("alice");
		assertThat(Caller.of(alice).call(() -> UserScope.call(UserToken.of("named"), CallerTests::both)))
			.as("on a thread")
			.containsExactly("named", alice);
		Mono<List<Object>> stream = Mono.fromSupplier(CallerTests::both)
			.delaySubscription(Duration.ofMillis(1), Schedulers.parallel())
			.contextWrite(ReactiveUserScope.of(UserToken.of("named")))
			.contextWrite(ReactiveUserScope.startedBy(Caller.of(alice)));
		assertThat((signedIn ? stream.contextWrite(ReactiveSecurityContextHolder.withAuthentication(alice)) : stream)
			.block()).containsExactly("named", alice);
	}

	private static List<Object> both() {
		UserToken user = UserScope.current();
		Authentication caller = Caller.current().authentication();
		return List.of((user != null) ? user.value() : "nobody", (caller != null) ? caller : "nobody");
	}

	/**
	 * Another thread may have the same context, and have changed who is in it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "MODE_INHERITABLETHREADLOCAL", "MODE_GLOBAL" })
	void whoIsPutIntoAContextThatThreadsShareDoesNotCount(String strategy) {
		SecurityContextHolder.setStrategyName(strategy);
		TestUsers.signIn("bob");
		assertThat(Caller.of(TestUsers.authentication("alice")).call(() -> {
			SecurityContextHolder.getContext().setAuthentication(TestUsers.authentication("carol"));
			return seen();
		})).isEqualTo("token-of-alice");
	}

	@ParameterizedTest
	@ValueSource(strings = "MODE_GLOBAL")
	void whoIsSignedInForAllThreadsInTheMeantimeDoesNotCount(String strategy) {
		SecurityContextHolder.setStrategyName(strategy);
		TestUsers.signIn("alice");
		assertThat(Caller.current().call(() -> {
			TestUsers.signIn("bob");
			return seen();
		})).isEqualTo("token-of-alice");
	}

	/**
	 * As {@code Saml2AuthenticatedPrincipal}.
	 */
	private record SamlPrincipal(String getName, String getRelyingPartyRegistrationId) implements Principal {
	}

	/**
	 * As {@code Saml2AssertionAuthentication}.
	 */
	private static final class SamlLogin extends TestingAuthenticationToken {

		private final String registration;

		SamlLogin(String registration, String name) {
			super(name, null, List.of());
			this.registration = registration;
		}

		public String getRelyingPartyRegistrationId() {
			return this.registration;
		}

	}

}
