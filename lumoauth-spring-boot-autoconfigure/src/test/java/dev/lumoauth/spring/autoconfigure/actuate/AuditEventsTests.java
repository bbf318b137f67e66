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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetListener;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardOutcome;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventsEndpoint;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.audit.AuditEventsEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LumoAuthActuatorAutoConfiguration}: each refusal is one of Boot's
 * audit events.
 */
class AuditEventsTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final String REFUSED = "LUMOAUTH_CAPABILITY_REFUSED";

	private static final String READ = Documents.class.getName() + ".read";

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents").grant("other");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthActuatorAutoConfiguration.class, AuditAutoConfiguration.class,
				AuditEventsEndpointAutoConfiguration.class))
		.withUserConfiguration(Beans.class)
		.withBean(InMemoryAuditEventRepository.class)
		.withBean(CapabilityDecisions.class, () -> CapabilityDecisions.builder(this.lumoAuth).build())
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t-MARK",
				"management.endpoints.web.exposure.include=auditevents");

	@Test
	void aRefusedToolIsOneEvent() {
		this.runner.run((context) -> {
			assertThat(call(context, "search")).isEqualTo(DENIED);
			assertThat(events(context)).singleElement().satisfies((event) -> {
				assertThat(event.getType()).isEqualTo(REFUSED);
				assertThat(event.getPrincipal()).isEqualTo("agt_1");
				assertThat(event.getData()).isEqualTo(Map.of("agent", "agt_1", "capability", "read:documents",
						"missing", "read:documents", "tool", "search", "reason", "deny"));
				assertThat(event.toString()).doesNotContain("MARK");
			});
		});
	}

	@Test
	void aRefusedMethodIsOneEvent() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> documents(context).read("MARK"));
			assertThat(events(context)).singleElement()
				.satisfies((event) -> assertThat(event.getData()).isEqualTo(Map.of("agent", "agt_1", "capability",
						"read:documents", "missing", "read:documents", "method", READ, "reason", "deny")));
		});
	}

	@Test
	void aReactiveMethodIsRefusedOnceForEachSubscription() {
		this.runner.run((context) -> {
			Mono<String> later = documents(context).readLater();
			assertThat(events(context)).isEmpty();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(later::block);
			assertThat(reasons(context)).containsExactly("deny");
		});
	}

	@Test
	void aGuardedToolThatCallsAGuardedMethodIsRefusedOnce() {
		this.runner.run((context) -> {
			assertThat(call(context, "nested")).isEqualTo(DENIED);
			assertThat(events(context)).singleElement()
				.satisfies(
						(event) -> assertThat(event.getData()).containsEntry("method", READ).doesNotContainKey("tool"));
			assertThat(call(context, "doubly")).isEqualTo(DENIED);
			assertThat(reasons(context)).containsExactly("deny", "deny");
		});
	}

	@Test
	void anOutageAndAMissingUserHaveReasonsOfTheirOwn() {
		this.runner.run((context) -> {
			this.lumoAuth.fail(new LumoAuthUnavailableException("connection refused at MARK", null, true));
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> documents(context).read(""));
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> documents(context).readForUser());
			assertThatExceptionOfType(UserRequiredException.class)
				.isThrownBy(() -> documents(context).readForUserLater().block());
			assertThat(call(context, "forUser")).contains("no user is signed in");
			assertThat(reasons(context)).containsExactly("unavailable", "no_user", "no_user", "no_user");
			assertThat(events(context)).allSatisfy((event) -> assertThat(event.toString()).doesNotContain("MARK"));
		});
	}

	@Test
	void aGrantIsOneOnRequest() {
		this.lumoAuth.grant("read:documents");
		this.runner.run((context) -> {
			assertThat(call(context, "search")).contains("documents");
			assertThat(events(context)).isEmpty();
		});
		this.runner.withPropertyValues("lumoauth.audit.grants=true").run((context) -> {
			assertThat(call(context, "search")).contains("documents");
			assertThat(documents(context).read("MARK")).isEqualTo("documents");
			assertThat(events(context)).extracting(AuditEvent::getType)
				.containsExactly("LUMOAUTH_CAPABILITY_GRANTED", "LUMOAUTH_CAPABILITY_GRANTED");
			assertThat(reasons(context)).containsExactly("allow", "allow");
			assertThat(events(context)).allSatisfy((event) -> assertThat(event.toString()).doesNotContain("MARK"));
		});
	}

	@Test
	void theActuatorShowsThem() {
		this.runner.run((context) -> {
			call(context, "search");
			assertThat(context.getBean(AuditEventsEndpoint.class).events("agt_1", null, REFUSED).getEvents())
				.hasSize(1);
		});
	}

	@Test
	void anAgentWithANameIsThePrincipalOfWhatItsGuardRefuses() {
		this.runner
			.withPropertyValues("lumoauth.url=http://localhost:1", "lumoauth.agents.clerk.client-id=agt_clerk",
					"lumoauth.agents.clerk.client-secret=s3cr3t")
			.run((context) -> {
				ToolGuard guard = context.getBean("lumoAuthToolGuard.clerk", ToolGuard.class);
				guard.guard(ToolCallbacks.from(new Tools(context.getBean(AtomicInteger.class)))[0]).call("{}");
				assertThat(events(context)).singleElement().satisfies((event) -> {
					assertThat(event.getPrincipal()).isEqualTo("agt_clerk");
					assertThat(event.getData()).containsEntry("reason", "unavailable");
				});
			});
	}

	@Test
	void aModelCallThatTheBudgetRefusesIsOneEvent() {
		this.runner.withBean(BudgetSource.class, () -> Map::of).run((context) -> {
			BudgetMonitor monitor = context.getBean(BudgetMonitor.class);
			monitor.start("gpt-5");
			monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
			assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> monitor.start("gpt-5"));
			assertThat(events(context)).singleElement().satisfies((event) -> {
				assertThat(event.getType()).isEqualTo("LUMOAUTH_BUDGET_REFUSED");
				assertThat(event.getPrincipal()).isEqualTo("agt_1");
				assertThat(event.getData())
					.isEqualTo(Map.of("agent", "agt_1", "model", "gpt-5", "reason", "budget_exceeded"));
			});
		});
	}

	@Test
	void aBudgetThatIsUnknownHasAReasonOfItsOwn() {
		this.runner.withPropertyValues("lumoauth.budget.on-unavailable=refuse")
			.withBean(BudgetSource.class, () -> () -> {
				throw new LumoAuthUnavailableException("down", null);
			})
			.run((context) -> {
				assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> context.getBean(BudgetMonitor.class).start(null));
				assertThat(reasons(context)).containsExactly(BudgetListener.BUDGET_UNKNOWN);
			});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aListenerThatThrowsChangesNothing(CapturedOutput output) {
		this.runner.withBean("broken", BrokenListener.class).run((context) -> {
			assertThat(call(context, "search")).isEqualTo(DENIED);
			assertThat(context.getBean(AtomicInteger.class)).hasValue(0);
			assertThat(events(context)).hasSize(1);
			this.lumoAuth.grant("read:documents");
			assertThat(call(context, "search")).contains("documents");
			BudgetMonitor monitor = context.getBean(BudgetMonitor.class);
			monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
			assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> monitor.check("gpt-5"));
			assertThat(events(context)).hasSize(2);
		});
		assertThat(output.getOut()).contains("The decision stands", "The call is refused");
	}

	@Test
	void withoutTheActuatorThereIsNothingAndTheGuardStands() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class,
					LumoAuthActuatorAutoConfiguration.class, LumoAuthUserAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withPropertyValues("lumoauth.enabled=false")
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.doesNotHaveBean(GuardListener.class)
					.doesNotHaveBean(LumoAuthAuditProperties.class);
				assertThat(call(context, "search")).startsWith("Error: authorization is unavailable");
			});
	}

	private static Documents documents(ApplicationContext context) {
		return context.getBean(Documents.class);
	}

	private static String call(ApplicationContext context, String tool) {
		return context.getBean(tool, ToolCallback.class).call("{\"text\":\"an argument, MARK\"}");
	}

	private static List<AuditEvent> events(ApplicationContext context) {
		return context.getBean(InMemoryAuditEventRepository.class).find(null, null, null);
	}

	private static List<Object> reasons(ApplicationContext context) {
		return events(context).stream().map((event) -> event.getData().get("reason")).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		AtomicInteger runs() {
			return new AtomicInteger();
		}

		@Bean
		Documents documents() {
			return new Documents();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback search(AtomicInteger runs) {
			return FunctionToolCallback.builder("search", () -> "documents " + runs.incrementAndGet()).build();
		}

		@Bean
		@RequiresCapability("other")
		ToolCallback nested(Documents documents) {
			return FunctionToolCallback.builder("nested", () -> documents.read("")).build();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback doubly(Documents documents) {
			return FunctionToolCallback.builder("doubly", () -> documents.read("")).build();
		}

		@Bean
		@OnBehalfOfUser
		ToolCallback forUser() {
			return FunctionToolCallback.builder("forUser", () -> "documents").build();
		}

	}

	public static class Documents {

		@RequiresCapability("read:documents")
		public String read(String text) {
			return "documents";
		}

		@RequiresCapability("read:documents")
		public Mono<String> readLater() {
			return Mono.just("documents");
		}

		@OnBehalfOfUser
		public String readForUser() {
			return "documents";
		}

		@OnBehalfOfUser
		public Mono<String> readForUserLater() {
			return Mono.just("documents");
		}

	}

	static final class Tools {

		private final AtomicInteger runs;

		Tools(AtomicInteger runs) {
			this.runs = runs;
		}

		@Tool
		@RequiresCapability("read:documents")
		public String file() {
			return "filed " + this.runs.incrementAndGet();
		}

	}

	static class BrokenListener implements GuardListener, BudgetListener {

		@Override
		public boolean isToldOfGrants() {
			return true;
		}

		@Override
		public void decided(GuardOutcome outcome) {
			throw new IllegalStateException("broken");
		}

		@Override
		public void refused(String agent, String reason, String model) {
			throw new IllegalStateException("broken");
		}

	}

}
