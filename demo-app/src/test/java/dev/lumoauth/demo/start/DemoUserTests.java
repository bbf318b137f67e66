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

package dev.lumoauth.demo.start;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DemoUser}.
 */
class DemoUserTests {

	private final List<String> logins = new ArrayList<>();

	@Test
	void isSignedInWhileSomethingRuns() {
		DemoUser alice = DemoUser.signIn("alice", (name) -> login(name, 3600));
		Authentication authentication = alice.call(DemoUserTests::current);
		assertThat(authentication.getName()).isEqualTo("alice");
		assertThat(authentication.isAuthenticated()).isTrue();
		assertThat(authentication.getCredentials()).isInstanceOf(OAuth2AccessToken.class);
		assertThat(current()).isNull();
		assertThat(this.logins).containsExactly("alice");
	}

	@Test
	void signsInAgainBeforeTheTokenEnds() {
		DemoUser alice = DemoUser.signIn("alice", (name) -> login(name, 59));
		alice.call(DemoUserTests::current);
		assertThat(this.logins).containsExactly("alice", "alice");
	}

	@Test
	void isNobodyUnlessNamed() {
		assertThat(DemoUser.NOBODY.name()).isNull();
		assertThat(DemoUser.NOBODY.call(() -> String.valueOf(current()))).isEqualTo("null");
	}

	private static Authentication current() {
		return SecurityContextHolder.getContext().getAuthentication();
	}

	private OAuth2AccessToken login(String name, long seconds) {
		this.logins.add(name);
		Instant now = Instant.now();
		return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "t", now, now.plusSeconds(seconds));
	}

}
