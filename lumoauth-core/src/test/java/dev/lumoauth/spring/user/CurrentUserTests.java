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

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said about a user whose token is not accepted.
 */
class CurrentUserTests {

	private static final String OURS = "http://localhost:9000/t/acme";

	private final CurrentUser user = CurrentUser
		.of(() -> List.of(UserTokenResolver.ofBearerTokens((claims) -> OURS.equals(claims.get("iss")))), List.of(OURS));

	@AfterEach
	void signOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void namesTheIssuerOfTheTokenAndThoseThatAreAccepted() {
		refuses(new JwtAuthenticationToken(jwt("http://127.0.0.1:9000/t/acme"), List.of()), "(JwtAuthenticationToken)",
				"the user's token is of issuer http://127.0.0.1:9000/t/acme, ",
				"access tokens of these issuers are accepted, spelled as here: " + OURS + ".",
				"use one name for lumoauth.url and for the sign-in");
	}

	@Test
	void cutsAnIssuerAndKeepsItOnOneLine() {
		refuses(new JwtAuthenticationToken(jwt("a\nb" + "c".repeat(1_000)), List.of()),
				"is of issuer a?b" + "c".repeat(197) + "..., and");
	}

	@Test
	void saysThatAPasswordAndAMockUserGiveNoToken() {
		refuses(UsernamePasswordAuthenticationToken.authenticated("alice", null, List.of()),
				"(UsernamePasswordAuthenticationToken)", "no token came with this sign-in", OURS,
				"@WithMockUser give no token: in a test, use @WithUser of");
	}

	private void refuses(Authentication authentication, String... words) {
		SecurityContextHolder.getContext().setAuthentication(authentication);
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this.user::require)
			.withMessageContainingAll(words);
	}

	private static Jwt jwt(String issuer) {
		return Jwt.withTokenValue("value").header("typ", "at+jwt").subject("alice").claim("iss", issuer).build();
	}

}
