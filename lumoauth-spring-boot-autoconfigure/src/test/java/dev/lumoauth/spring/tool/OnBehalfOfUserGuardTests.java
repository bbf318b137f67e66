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

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.tool.chat.ChatUser;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.augment.AugmentedToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OnBehalfOfUserGuardTests {

	private static final String NOBODY = "Error: this tool acts for a user, and no user is signed in.";

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeDecisions decisions = new FakeDecisions();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class, LumoAuthUserAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> this.decisions)
		.withPropertyValues("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER);

	@BeforeEach
	@AfterEach
	void reset() {
		TestUsers.signOut();
		RUNS.set(0);
	}

	private static String seen() {
		RUNS.incrementAndGet();
		UserToken user = UserScope.current();
		return (user != null) ? user.value() : "the agent itself";
	}

	private static ToolCallback guarded(ApplicationContext context, Object tools, String name) {
		for (ToolCallback tool : context.getBean(ToolGuard.class).guard(List.of(ToolCallbacks.from(tools)))) {
			if (tool.getToolDefinition().name().equals(name)) {
				return tool;
			}
		}
		throw new IllegalArgumentException(name);
	}

	@Test
	void runsForTheUserWhoIsSignedInAndForNobodyElse() {
		this.runner.run((context) -> {
			for (ToolCallback tool : List.of(guarded(context, new Tools(), "mine"),
					guarded(context, new Tools(), "inherited"), guarded(context, new OfType(), "ofType"),
					guarded(context, new Fulfilling(), "generic"))) {
				RUNS.set(0);
				assertThat(tool.call("{\"query\":\"q\"}")).isEqualTo(NOBODY);
				assertThat(RUNS).hasValue(0);
				assertThat(TestUsers.as("alice", () -> tool.call("{\"query\":\"q\"}"))).contains("token-of-alice");
				assertThat(TestUsers.as("bob", () -> tool.call("{\"query\":\"q\"}"))).contains("token-of-bob");
				assertThat(RUNS).hasValue(2);
				assertThat(UserScope.current()).isNull();
			}
		});
	}

	@Test
	void leavesTheToolsOfTheAgentItselfAlone() {
		this.runner.run((context) -> {
			assertThat(guarded(context, new Tools(), "agents").call("{}")).contains("the agent itself");
			assertThat(TestUsers.as("alice", () -> guarded(context, new Tools(), "agents").call("{}")))
				.contains("the agent itself");
		});
	}

	@Test
	void asksForTheCapabilityFirst() {
		this.runner.run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "both");
			assertThat(tool.call("{}")).isEqualTo("Error: agent lacks 'read:documents' capability.");
			assertThat(TestUsers.as("alice", () -> tool.call("{}")))
				.isEqualTo("Error: agent lacks 'read:documents' capability.");
			this.decisions.grant("read:documents");
			assertThat(tool.call("{}")).isEqualTo(NOBODY);
			assertThat(RUNS).hasValue(0);
			assertThat(TestUsers.as("alice", () -> tool.call("{}"))).contains("token-of-alice");
		});
	}

	@Test
	void actsForTheUserWhoIsInForceBeforeTheOneWhoIsSignedIn() {
		this.runner.run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "mine");
			assertThat(TestUsers.as("bob", () -> UserScope.call(UserToken.of("named"), () -> tool.call("{}"))))
				.contains("named");
		});
	}

	@Test
	void takesNoOneForAUserWhoIsNone() {
		this.runner.run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "mine");
			SecurityContextHolder.getContext()
				.setAuthentication(new AnonymousAuthenticationToken("key", "anonymous",
						AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
			assertThat(tool.call("{}")).isEqualTo(NOBODY);
			SecurityContextHolder.getContext()
				.setAuthentication(UsernamePasswordAuthenticationToken.unauthenticated("alice",
						TestUsers.authentication("alice").getCredentials()));
			assertThat(tool.call("{}")).isEqualTo(NOBODY);
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void throwsToTheCallerWhereAsked() {
		this.runner.withPropertyValues("lumoauth.tools.on-denied=throw").run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "mine");
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> tool.call("{}"))
				.withMessageContaining("there is no user on this thread")
				.withMessageContaining("advisors(ChatUser.of(userToken))");
			SecurityContextHolder.getContext()
				.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("alice", "pass-word",
						AuthorityUtils.NO_AUTHORITIES));
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> tool.call("{}"))
				.withMessageContaining("UsernamePasswordAuthenticationToken")
				.withMessageContaining("lumoauth.user.issuers")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("pass-word"));
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void guardsWhatABeanMethodIsAnnotatedForAndWhatADecoratorHolds() {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			ToolCallback decorated = context.getBean(ToolGuard.class)
				.guard(new AugmentedToolCallback<>(ToolCallbacks.from(new OfType())[0], GuardedTools.Query.class, null,
						true));
			ToolCallback function = context.getBean(LumoAuthFunctionTools.class).getToolCallbacks()[0];
			assertThat(function.getToolDefinition().name()).isEqualTo("functionBean");
			for (ToolCallback tool : List.of(context.getBean("callbackBean", ToolCallback.class), function,
					decorated)) {
				assertThat(tool.call("{\"text\":\"x\"}")).isEqualTo(NOBODY);
				assertThat(TestUsers.as("alice", () -> tool.call("{\"text\":\"x\"}"))).contains("token-of-alice");
			}
			assertThat(RUNS).hasValue(3);
		});
	}

	@Test
	void asksThePoliciesAboutToolsWithoutAnnotations() {
		this.runner.withUserConfiguration(Policies.class).run((context) -> {
			ToolGuard guard = context.getBean(ToolGuard.class);
			ToolCallback users = guard.guard(new Decorating(new Remote("users")));
			assertThat(users.call("{}")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
			this.decisions.grant("mcp:financial");
			assertThat(users.call("{}")).isEqualTo(NOBODY);
			assertThat(TestUsers.as("alice", () -> users.call("{}"))).isEqualTo("token-of-alice");
			ToolCallback unknown = new Remote("unknown");
			assertThat(guard.guard(unknown)).isSameAs(unknown);
		});
	}

	@Test
	void translatesTheFailuresOfWhatAPolicyCoversOnly() {
		this.runner.withUserConfiguration(Policies.class).run((context) -> {
			ToolGuard guard = context.getBean(ToolGuard.class);
			assertThat(guard.guard(new Remote("failing")).call("{}"))
				.isEqualTo("Error: authorization is unavailable; try again later.");
			assertThatExceptionOfType(UnguardedToolException.class)
				.isThrownBy(() -> guard.requireGuarded(List.of(new Remote("failing"))))
				.withMessageContaining("'failing' is covered by a policy, but nothing on this path checks it");
		});
	}

	@Test
	void refusesAModelCallThatOffersOneUnguarded() {
		this.runner.run((context) -> {
			ToolGuard guard = context.getBean(ToolGuard.class);
			for (ToolCallback tool : List.of(ToolCallbacks.from(new OfType())[0],
					new AugmentedToolCallback<>(ToolCallbacks.from(new OfType())[0], GuardedTools.Query.class, null,
							true),
					FunctionToolCallback.builder("function", new AnnotatedFunction())
						.inputType(GuardedTools.Query.class)
						.build())) {
				assertThatExceptionOfType(UnguardedToolException.class)
					.isThrownBy(() -> guard.requireGuarded(List.of(tool)))
					.withMessageContaining("acts for the user, but nothing on this path checks it");
				guard.requireGuarded(guard.guard(List.of(tool)));
			}
		});
	}

	@Test
	void letsABeanThatSeesToItItselfBeOfferedOnEveryPath() {
		this.runner.withBean(OfType.class).run((context) -> {
			ToolCallback tool = ToolCallbacks.from(context.getBean(OfType.class))[0];
			context.getBean(ToolGuard.class).requireGuarded(List.of(tool));
			assertThatThrownBy(() -> tool.call("{}")).isInstanceOf(ToolExecutionException.class)
				.hasMessage(NOBODY)
				.cause()
				.hasNoCause();
			assertThat(RUNS).hasValue(0);
			assertThat(TestUsers.as("alice", () -> tool.call("{}"))).contains("token-of-alice");
		});
	}

	@Test
	void refusesEveryUserWhereLumoAuthIsTurnedOff() {
		this.runner.withPropertyValues("lumoauth.enabled=false").run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "mine");
			assertThat(TestUsers.as("alice", () -> tool.call("{}")))
				.isEqualTo("Error: authorization is unavailable; try again later.");
			assertThat(UserScope.call(UserToken.of("named"), () -> tool.call("{}")))
				.isEqualTo("Error: authorization is unavailable; try again later.");
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void forgetsTheUserWhenTheToolFails() {
		this.runner.run((context) -> {
			ToolCallback tool = guarded(context, new Tools(), "failing");
			assertThatThrownBy(() -> TestUsers.as("alice", () -> tool.call("{}"))).hasMessageContaining("boom");
			assertThat(UserScope.current()).isNull();
		});
	}

	@Test
	void saysInItsTextWhatItIsAndNotForWhom() {
		this.runner.run((context) -> assertThat(guarded(context, new Tools(), "both").toString())
			.contains("requires [read:documents] and acts for the user"));
	}

	public static class Base {

		@OnBehalfOfUser
		public String inherited() {
			return "";
		}

	}

	public static class Tools extends Base {

		@Tool
		@OnBehalfOfUser
		String mine() {
			return seen();
		}

		@Tool
		@OnBehalfOfUser
		@RequiresCapability("read:documents")
		private String both() {
			return seen();
		}

		@Override
		@Tool
		public String inherited() {
			return seen();
		}

		@Tool
		String agents() {
			return seen();
		}

		@Tool
		@OnBehalfOfUser
		String failing() {
			throw new IllegalStateException("boom");
		}

	}

	@OnBehalfOfUser
	interface Mark {

	}

	public static class OfType implements Mark {

		@Tool
		public String ofType() {
			return seen();
		}

	}

	interface Contract<T> {

		@OnBehalfOfUser
		String generic(T query);

	}

	public static class Fulfilling implements Contract<String> {

		@Override
		@Tool
		public String generic(String query) {
			return seen();
		}

	}

	@OnBehalfOfUser
	static class AnnotatedFunction implements Function<GuardedTools.Query, String> {

		@Override
		public String apply(GuardedTools.Query query) {
			return seen();
		}

	}

	/**
	 * A tool like those of an MCP server.
	 */
	record Remote(String name) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return DefaultToolDefinition.builder().name(this.name).description("remote").inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			if (this.name.equals("failing")) {
				throw new LumoAuthUnavailableException("https://lumo.internal did not answer", null);
			}
			return seen();
		}

	}

	static class Decorating implements ToolCallback {

		private final ToolCallback tool;

		Decorating(ToolCallback tool) {
			this.tool = tool;
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return this.tool.getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			return this.tool.call(toolInput);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		@OnBehalfOfUser
		ToolCallback callbackBean() {
			return FunctionToolCallback.builder("callbackBean", (GuardedTools.Query query) -> seen())
				.inputType(GuardedTools.Query.class)
				.build();
		}

		@Bean
		@OnBehalfOfUser
		Function<GuardedTools.Query, String> functionBean() {
			return (query) -> seen();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Policies {

		@Bean
		ToolPolicy remotePolicy() {
			return (tool) -> {
				if (!(tool instanceof Remote remote)) {
					return null;
				}
				return switch (remote.name()) {
					case "users" -> new GuardTerms(CapabilityRequirement.of("mcp:financial"), true);
					case "failing" -> new GuardTerms(null, false);
					default -> null;
				};
			};
		}

	}

}
