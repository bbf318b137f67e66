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

package dev.lumoauth.spring.mcp.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.tool.ChatMode;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong around a chat: requests that share their only thread, tokens that end
 * while they are used, threads and contexts that get lost. The tool then acts for whoever
 * started the chat, or not at all.
 */
class OnBehalfOfUserIsolationTests {

	private static final String REFUSED = UserJourney.NOBODY + "," + UserJourney.NOBODY;

	private static UserJourney journey;

	private final String alice = IssuingLumoAuth.userToken("alice");

	private final String bob = IssuingLumoAuth.userToken("bob");

	@BeforeAll
	static void start() {
		journey = new UserJourney("STREAMABLE", Trouble.class, "--server.tomcat.threads.max=1");
		journey.context.getBean(ManualClock.class).set(Instant.now().toString());
		journey.bearer("/jwt/ask/CALL", IssuingLumoAuth.userToken("alice"));
	}

	@AfterAll
	static void stop() {
		journey.close();
	}

	@BeforeEach
	void reset() {
		journey.lumoAuth.reset();
		journey.server.reset();
		journey.chats().later.clear();
		journey.context.getBean(ManualClock.class).set(Instant.now().toString());
		journey.model.willCall(UserJourney.TOOLS);
	}

	/**
	 * The requests end at once, and the chats of all three go on.
	 */
	@Test
	void actsForWhoStartedAChatThatGoesOnAfterTheNextUsersRequestOnTheSameThread() throws Exception {
		CountDownLatch later = new CountDownLatch(1);
		journey.model.hold(later);
		String thread = journey.bearer("/jwt/later", this.alice);
		assertThat(journey.bearer("/opaque/later", this.bob)).isEqualTo(thread);
		assertThat(journey.anyone("/anyone/later")).isEqualTo(thread);
		assertThat(journey.bearer("/jwt/ask/CALL", this.bob)).isEqualTo(UserJourney.answer("bob"));
		later.countDown();
		assertThat(later(0)).isEqualTo(UserJourney.answer("alice"));
		assertThat(later(1)).isEqualTo(UserJourney.answer("bob"));
		assertThat(later(2)).isEqualTo(REFUSED);
		journey.verify("alice", "bob");
	}

	private static String later(int chat) throws Exception {
		return journey.chats().later.get(chat).get(1, TimeUnit.MINUTES);
	}

	@Test
	void actsForWhoseStreamIsWrittenAfterTheNextUsersRequestOnTheSameThread() throws Exception {
		CountDownLatch later = new CountDownLatch(1);
		CountDownLatch waiting = journey.model.hold(later);
		// Not on the common pool, which streams need: from Java 25 on it has a single
		// thread on two cores.
		CompletableFuture<String> stream = CompletableFuture
			.supplyAsync(() -> journey.bearer("/jwt/stream?text=later", this.alice), (job) -> new Thread(job).start());
		assertThat(waiting.await(1, TimeUnit.MINUTES)).isTrue();
		assertThat(journey.bearer("/jwt/stream", this.bob)).isEqualTo(UserJourney.answer("bob"));
		assertThat(journey.anyone("/anyone/stream")).isEqualTo(REFUSED);
		later.countDown();
		assertThat(stream.get(1, TimeUnit.MINUTES)).isEqualTo(UserJourney.answer("alice"));
		journey.verify("alice", "bob");
	}

	@Test
	void leavesNoUserOnThreadsThatAreUsedAgain() throws Exception {
		for (ChatMode mode : ChatMode.values()) {
			journey.bearer("/jwt/ask/" + mode, this.alice);
			journey.session("/session/stream", "carol");
		}
		int workers = 10;
		CountDownLatch busy = new CountDownLatch(workers);
		List<CompletableFuture<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < workers; i++) {
			threads.add(Mono.fromCallable(() -> {
				busy.countDown();
				busy.await(60, TimeUnit.SECONDS);
				return UserChats.isSomeones();
			}).subscribeOn(Schedulers.boundedElastic()).toFuture());
		}
		for (CompletableFuture<Boolean> thread : threads) {
			assertThat(thread.get(1, TimeUnit.MINUTES)).isFalse();
		}
		assertThat(journey.chats().leaks).isEmpty();
	}

	/**
	 * Between two calls of one answer.
	 */
	@ParameterizedTest
	@EnumSource
	void refusesAUserWhoseTokenEndsInTheMiddleOfAChat(ChatMode mode) {
		journey.model.willCall(List.of("whoami", "mine", "anHourPasses", "whoami", "mine"));
		String answer = journey.bearer("/jwt/ask/" + mode, IssuingLumoAuth.userToken("grace"));
		assertThat(answer).startsWith(UserJourney.answer("grace") + ",\"an hour passed\",");
		assertThat(answer.substring(UserJourney.answer("grace").length())).doesNotContain("called by");
		assertThat(journey.server.runs).hasValue(1);
		journey.verify("grace");
	}

	@Test
	void refusesAUserWhoseTokenHasEndedAlready() {
		String ended = IssuingLumoAuth.userToken("heidi", Instant.now().minusSeconds(20));
		// Which the application itself still takes, to allow for clocks that differ.
		assertThat(journey.bearer("/jwt/ask/CALL", ended)).startsWith("Error: ").doesNotContain("called by");
		assertThat(journey.bearer("/jwt/stream", ended)).startsWith("Error: ").doesNotContain("called by");
		assertThat(journey.server.seen).isEmpty();
		assertThat(journey.lumoAuth.exchanges).isEmpty();
	}

	@Test
	void refusesAUserForWhomLumoAuthIssuesNothing() {
		journey.lumoAuth.exchangeStatus = 400;
		String ivan = IssuingLumoAuth.userToken("ivan");
		assertThat(journey.bearer("/jwt/ask/CALL", ivan)).startsWith("Error: ").doesNotContain("called by");
		assertThat(journey.bearer("/jwt/stream", ivan)).startsWith("Error: ").doesNotContain("called by");
		assertThat(journey.server.seen).isEmpty();
		assertThat(journey.lumoAuth.exchanges).isNotEmpty()
			.allSatisfy((form) -> assertThat(form.get("subject_token")).isEqualTo(ivan));
	}

	@Test
	void actsForNobodyOnAThreadThatAToolStarted() {
		journey.model.willCall(List.of("whoamiElsewhere", "whoamiElsewhereInScope", "mineElsewhereForTheUser"));
		for (String user : List.of("alice", "bob")) {
			assertThat(journey.bearer("/jwt/stream", IssuingLumoAuth.userToken(user)))
				.isEqualTo("\"" + UserJourney.NOBODY + "\"," + UserJourney.answer(user));
		}
		journey.verify("alice", "bob");
	}

	@Test
	void actsForWhoStartedAStreamWhoseContextIsLost() {
		assertThat(TestUsers.as("alice",
				() -> joined(chat().stream().content().contextWrite((context) -> Context.empty()))))
			.isEqualTo(UserJourney.answer("token-of-alice"));
		assertThat(TestUsers.as("bob",
				() -> joined(chat().stream()
					.content()
					.subscribeOn(Schedulers.boundedElastic())
					.contextCapture()
					.contextWrite((context) -> Context.empty()))))
			.isEqualTo(UserJourney.answer("token-of-bob"));
		journey.verify("token-of-alice", "token-of-bob");
	}

	@Test
	void actsForWhoSubscribedToAStreamThatLosesItsContextBeforeItsThread() {
		assertThat(TestUsers.as("alice", () -> joined(chat().advisors(new Losing(false)).stream().content())))
			.isEqualTo(UserJourney.answer("token-of-alice"));
		journey.verify("token-of-alice");
	}

	/**
	 * On a thread where nobody is signed in, and with the stream's own context gone.
	 */
	@Test
	void refusesAStreamThatLosesItsContextWhereNobodyKnows() {
		assertThat(TestUsers.as("alice", () -> joined(chat().advisors(new Losing(true)).stream().content())))
			.isEqualTo(REFUSED);
		assertThat(journey.server.seen).isEmpty();
		assertThat(journey.lumoAuth.exchanges).isEmpty();
	}

	private static ChatClientRequestSpec chat() {
		return journey.chats().request("go");
	}

	private static String joined(Flux<String> stream) {
		return String.join("", stream.collectList().block(Duration.ofMinutes(1)));
	}

	static final class Losing implements StreamAdvisor {

		private final boolean elsewhere;

		/**
		 * Create the advisor.
		 * @param elsewhere whether the context is gone on the other thread only
		 */
		Losing(boolean elsewhere) {
			this.elsewhere = elsewhere;
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			Flux<ChatClientResponse> stream = Flux.defer(() -> chain.nextStream(request));
			if (this.elsewhere) {
				return stream.contextWrite((context) -> Context.empty()).subscribeOn(Schedulers.boundedElastic());
			}
			return stream.subscribeOn(Schedulers.boundedElastic()).contextWrite((context) -> Context.empty());
		}

		@Override
		public String getName() {
			return "losing";
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE + 50;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Trouble {

		@Bean
		ManualClock clock() {
			return new ManualClock();
		}

		@Bean
		LumoAuthTokens tokens(LumoAuthHttp http, ManualClock clock) {
			return LumoAuthTokens.builder()
				.clock(clock)
				.executor(Runnable::run)
				.build(http, AgentCredentials.clientSecretPost("agt_test", "s3cret"));
		}

		@Bean
		ToolCallback anHourPasses(ManualClock clock) {
			return FunctionToolCallback.builder("anHourPasses", () -> {
				clock.advance(Duration.ofMinutes(61));
				return "an hour passed";
			}).build();
		}

		@Bean
		@OnBehalfOfUser
		ToolCallback whoamiElsewhere(ObjectProvider<SyncMcpToolCallbackProvider> tools) {
			return FunctionToolCallback.builder("whoamiElsewhere", () -> elsewhere(() -> whoami(tools))).build();
		}

		@Bean
		@OnBehalfOfUser
		ToolCallback whoamiElsewhereInScope(ObjectProvider<SyncMcpToolCallbackProvider> tools) {
			return FunctionToolCallback.builder("whoamiElsewhereInScope", () -> {
				UserToken user = UserScope.current();
				return elsewhere(() -> UserScope.call(user, () -> whoami(tools)));
			}).build();
		}

		@Bean
		@OnBehalfOfUser
		ToolCallback mineElsewhereForTheUser(ObjectProvider<LumoAuthAgent> agent) {
			return FunctionToolCallback.builder("mineElsewhereForTheUser", () -> {
				LumoAuthAgent forUser = agent.getObject().onBehalfOf(UserScope.current().value());
				return elsewhere(() -> UserChats.Tools.describe(forUser.mcpToken("urn:mcp:reports").getTokenValue()));
			}).build();
		}

		private static String whoami(ObjectProvider<SyncMcpToolCallbackProvider> tools) {
			return tools.getObject().getToolCallbacks()[0].call("{}");
		}

		private static String elsewhere(Supplier<String> action) {
			CompletableFuture<String> result = new CompletableFuture<>();
			new Thread(() -> result.completeAsync(action, Runnable::run)).start();
			return result.orTimeout(1, TimeUnit.MINUTES).join();
		}

	}

}
