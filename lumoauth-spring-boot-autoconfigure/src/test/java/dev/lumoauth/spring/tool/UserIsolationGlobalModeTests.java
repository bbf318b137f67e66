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

package dev.lumoauth.spring.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.tool.UserIsolationMatrixTests.Shape;
import dev.lumoauth.spring.tool.UserIsolationMatrixTests.SignIn;
import dev.lumoauth.spring.user.TestUsers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two users where one {@code SecurityContext} is that of all threads
 * ({@code MODE_GLOBAL}). Who is signed in there is up to whichever thread comes last:
 * context propagation sets it, and puts it back, from the threads of each stream. So what
 * is said of a user is said by the Reactor context, or one call comes after the other.
 */
@Timeout(120)
class UserIsolationGlobalModeTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private ChatClient client;

	@BeforeEach
	void start() {
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_GLOBAL);
		TestPropertyValues.of("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER)
			.applyTo(this.context);
		this.context.register(UserIsolationMatrixTests.Application.class);
		this.context.refresh();
		this.client = this.context.getBean(ChatClient.Builder.class).build();
	}

	@AfterEach
	void stop() {
		this.context.close();
		TestUsers.signOut();
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
	}

	@ParameterizedTest
	@EnumSource
	void aChatActsForWhoIsSignedInByItsContextWhoeverIsSignedInForAllThreads(Shape shape) throws Exception {
		TestUsers.signIn("carol");
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			String user = (i % 2 == 0) ? "alice" : "bob";
			answers.add(UserIsolationMatrixTests.elsewhere(() -> SignIn.REACTIVE.as(user, shape.ask(this.client))));
		}
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).as("chat " + i)
				.isEqualTo("\"" + TestUsers.token((i % 2 == 0) ? "alice" : "bob") + "\"");
		}
	}

	@Test
	void oneCallAfterTheOtherActsForWhoIsSignedIn() {
		for (String user : List.of("alice", "bob", "bob", "alice")) {
			assertThat(SignIn.SERVLET.as(user, Shape.CALL.ask(this.client)))
				.isEqualTo("\"" + TestUsers.token(user) + "\"");
		}
		TestUsers.signOut();
		assertThat(Shape.CALL.ask(this.client).block())
			.isEqualTo("Error: this tool acts for a user, and no user is signed in.");
	}

}
