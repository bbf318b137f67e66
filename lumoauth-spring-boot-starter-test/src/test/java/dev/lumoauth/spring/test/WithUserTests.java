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

package dev.lumoauth.spring.test;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.test.context.TestSecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WithUser}.
 */
@SpringBootTest(classes = WithUserTests.Application.class,
		properties = { "lumoauth.url=https://lumo.example", "lumoauth.tenant=acme" })
@WithAgent
class WithUserTests {

	@Autowired
	private Desk desk;

	@Autowired
	private TestAgent agent;

	@RepeatedTest(2)
	@WithUser("alice")
	void actsForTheUser() {
		assertThat(this.desk.acting()).isEqualTo("alice");
		assertThat(this.agent).exchangedOnBehalfOf("urn:reports", "alice");
	}

	@RepeatedTest(2)
	void hasNobodyWithoutTheAnnotation() {
		assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this.desk::acting);
		assertThat(this.agent).exchangedNothing();
	}

	@Test
	@WithUser(username = "bob", authorities = { "SCOPE_reports", "ROLE_ADMIN" })
	void signsTheUserInAsAResourceServerDoes() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		assertThat(authentication.getName()).isEqualTo("bob");
		assertThat(authentication.getAuthorities()).extracting(Object::toString)
			.containsExactly("SCOPE_reports", "ROLE_ADMIN");
		assertThat(authentication.getPrincipal()).isInstanceOfSatisfying(Jwt.class,
				(jwt) -> assertThat(jwt.getIssuer()).hasToString("https://lumo.example/t/acme/api/v1"));
		assertThat(TestSecurityContextHolder.getContext().getAuthentication()).isSameAs(authentication);
		assertThat(authentication).asString().doesNotContain(((Jwt) authentication.getPrincipal()).getTokenValue());
	}

	@Test
	@WithUser("alice")
	void isOfNoOtherThread() throws Exception {
		assertThat(CompletableFuture.supplyAsync(() -> SecurityContextHolder.getContext().getAuthentication()).get())
			.isNull();
	}

	@Test
	@WithUser("alice")
	void actsForTheUserOfARequestByJwt() {
		signIn(Jwt.withTokenValue("token").header("alg", "none").subject("user").claim("scope", "read").build());
		assertThat(this.desk.acting()).isEqualTo("alice");
		signIn(Jwt.withTokenValue("token").header("alg", "none").subject("bob").build());
		assertThat(this.desk.acting()).isEqualTo("bob");
		assertThat(this.agent).exchangedOnBehalfOf("urn:reports", "alice").exchangedOnBehalfOf("urn:reports", "bob");
	}

	@Test
	@WithUser("alice")
	void doesNotActForAUserOfAnotherIssuer() {
		signIn(Jwt.withTokenValue("token")
			.header("alg", "none")
			.subject("user")
			.issuer("https://other.example")
			.claim("scope", "read")
			.build());
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this.desk::acting);
		assertThat(this.agent).exchangedNothing();
	}

	@Test
	void doesNotActForTheUserOfARequestByJwtWithoutTheAnnotation() {
		signIn(Jwt.withTokenValue("token").header("alg", "none").subject("user").claim("scope", "read").build());
		try {
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this.desk::acting);
		}
		finally {
			SecurityContextHolder.clearContext();
		}
	}

	private static void signIn(Jwt jwt) {
		SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(jwt, List.of()));
	}

	@Test
	void saysThatTheAgentIsMissing() throws Exception {
		TestContextManager manager = new TestContextManager(WithoutAgent.class);
		WithoutAgent instance = new WithoutAgent();
		assertThatIllegalStateException()
			.isThrownBy(() -> manager.beforeTestMethod(instance, WithoutAgent.class.getDeclaredMethod("test")))
			.withMessageStartingWith("@WithUser needs @WithAgent");
	}

	@Nested
	@WithUser("alice")
	class OfAClass {

		private String before;

		@BeforeEach
		void act() {
			this.before = WithUserTests.this.desk.acting();
		}

		@Test
		void isThereBeforeEach() {
			assertThat(this.before).isEqualTo("alice");
		}

		@Test
		@WithUser("bob")
		void isReplacedByTheOneOfAMethod() {
			assertThat(this.before).isEqualTo("bob");
		}

	}

	@ExtendWith(SpringExtension.class)
	@SpringBootTest(classes = Nothing.class)
	static class WithoutAgent {

		@WithUser
		void test() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Desk.class)
	static class Application {

	}

	@Component
	static class Desk {

		private final LumoAuthAgent agent;

		Desk(LumoAuthAgent agent) {
			this.agent = agent;
		}

		@OnBehalfOfUser
		public String acting() {
			HttpHeaders headers = new HttpHeaders();
			headers.setBearerAuth(this.agent.mcpToken("urn:reports").getTokenValue());
			return TestTokens.subject(headers);
		}

	}

}
