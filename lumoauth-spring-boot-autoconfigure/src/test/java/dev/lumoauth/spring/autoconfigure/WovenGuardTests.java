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

package dev.lumoauth.spring.autoconfigure;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.guard.method.Woven;
import dev.lumoauth.spring.guard.method.WovenGuard;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import jakarta.annotation.PostConstruct;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the aspects hand their calls to. The classes here are woven by hand, as
 * the weaver does it: {@code lumoauth-spring-aspects} has the tests with the real one.
 */
class WovenGuardTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final List<Object> others = new ArrayList<>();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().grant("read:documents")
		.deny("admin:documents");

	private final ApplicationContextRunner runner = runner(this.lumoAuth);

	private static ApplicationContextRunner runner(FakeCapabilitySource lumoAuth) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
					LumoAuthUserAutoConfiguration.class))
			.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(lumoAuth))
			.withInitializer(WovenGuardTests::guardWovenMethods)
			.withPropertyValues("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER);
	}

	/**
	 * As with the aspects, which are not on this class path.
	 */
	private static void guardWovenMethods(ConfigurableApplicationContext context) {
		RootBeanDefinition guard = new RootBeanDefinition();
		guard.setBeanClassName("dev.lumoauth.spring.guard.method.WovenGuardContext");
		guard.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("wovenGuard", guard);
	}

	/**
	 * Contexts that other tests have left open in this JVM decide nothing here.
	 */
	@BeforeEach
	void forgetOtherContexts() {
		this.others.addAll(open().getAndSet(List.of()));
	}

	@SuppressWarnings("unchecked")
	private static AtomicReference<List<Object>> open() {
		return (AtomicReference<List<Object>>) Objects
			.requireNonNull(ReflectionTestUtils.getField(WovenGuard.class, "OPEN"));
	}

	@AfterEach
	void reset() {
		open().set(List.copyOf(this.others));
		TestUsers.signOut();
		RUNS.set(0);
	}

	@Test
	void refusesWhereNoContextIsOpen() {
		Tools tools = new Tools();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tools::read)
			.withMessageContaining("No application context with LumoAuth is open")
			.withMessageContaining(Tools.class.getName() + ".read");
		this.runner.run((context) -> assertThat(tools.read()).isEqualTo("read"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tools::read);
		assertThatExceptionOfType(ToolExecutionException.class)
			.isThrownBy(() -> ToolCallbacks.from(tools)[0].call("{}"))
			.withMessage("Error: authorization is unavailable; try again later.");
		assertThat(RUNS).hasValue(1);
	}

	@Test
	void isForgottenAfterAFailedStart() {
		this.runner.withBean("failing", Object.class, () -> {
			throw new IllegalStateException();
		}).run((context) -> {
			assertThat(context).hasFailed();
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> new Tools().read());
		});
	}

	@Test
	void decidesForObjectsThatTheContainerNeverSaw() {
		this.lumoAuth.deny("read:documents");
		this.runner.run((context) -> {
			Tools tools = new Tools();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(tools::read)
				.withMessage("agent lacks 'read:documents' capability.");
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(Tools::readStatically);
			assertThatExceptionOfType(ToolExecutionException.class)
				.isThrownBy(() -> ToolCallbacks.from(tools)[0].call("{}"))
				.withMessage("Error: agent lacks 'read:documents' capability.");
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("read:documents");
			assertThat(tools.read()).isEqualTo("read");
			assertThat(Tools.readStatically()).isEqualTo("read");
			assertThat(RUNS).hasValue(2);
		});
	}

	@Test
	void theContextThatWasStartedLastDecides() {
		FakeCapabilitySource other = new FakeCapabilitySource().deny("read:documents");
		Tools tools = new Tools();
		this.runner.run((first) -> {
			assertThat(tools.read()).isEqualTo("read");
			runner(other).run((second) -> {
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(tools::read);
				// A test's context that was put aside and is used again.
				second.getSourceApplicationContext().stop();
				assertThat(tools.read()).isEqualTo("read");
				second.getSourceApplicationContext().start();
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(tools::read);
			});
			assertThat(tools.read()).isEqualTo("read");
		});
	}

	@Test
	void aContextThatIsStartingDecidesOnlyWhereNoOtherIs() {
		this.runner.withBean(Warm.class)
			.run((context) -> assertThat(context.getBean(Warm.class).seen).isEqualTo("read"));
		FakeCapabilitySource other = new FakeCapabilitySource().deny("read:documents");
		this.runner.run((first) -> runner(other).withBean(Warm.class)
			.run((second) -> assertThat(second.getBean(Warm.class).seen).isEqualTo("read")));
	}

	@Test
	void checksWhatItsOwnCodeNeedsWhereASubclassOverridesIt() {
		this.runner.run((context) -> {
			Narrowed narrowed = new Narrowed();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(narrowed::read)
				.withMessage("agent lacks 'admin:documents' capability.");
			assertThat(narrowed.readAsBefore()).isEqualTo("read");
		});
	}

	@Test
	void actsForTheUserAfterTheCapability() {
		this.runner.run((context) -> {
			Tools tools = new Tools();
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(tools::mine);
			assertThat(TestUsers.as("alice", tools::mine)).isEqualTo("token-of-alice");
			this.lumoAuth.deny("read:documents");
		});
		this.runner.run((context) -> {
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> TestUsers.as("alice", new Tools()::mine));
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void checksReactiveMethodsAtEachSubscription() {
		this.runner.run((context) -> {
			Mono<String> later = new Tools().readLater();
			Flux<String> all = new Tools().readAll();
			assertThat(RUNS).hasValue(0);
			assertThat(later.block()).isEqualTo("read");
			assertThat(later.block()).isEqualTo("read");
			assertThat(all.collectList().block()).containsExactly("read", "read");
			assertThat(RUNS).hasValue(4);
			this.lumoAuth.deny("read:documents");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(later::block);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(all::blockLast);
			assertThat(RUNS).hasValue(4);
		});
	}

	@Test
	void throwsWhatTheMethodThrows() {
		this.runner
			.run((context) -> assertThatExceptionOfType(IOException.class).isThrownBy(() -> new Tools().failing())
				.withMessage("no disk"));
	}

	@Test
	void refusesAMethodOnWhichNothingIsFound() {
		this.runner.run((context) -> assertThatExceptionOfType(AuthorizationDeniedException.class)
			.isThrownBy(() -> new Tools().plain()));
		assertThat(RUNS).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(classes = { WovenRecord.class, WovenFinalClass.class, WovenPrivateMethod.class,
			WovenStaticMethod.class, WovenFinalMethod.class, WovenTypeWithCallbacks.class })
	void shapesThatNoProxyCanGuardStartWhereTheyAreWoven(Class<?> type) {
		this.runner.withUserConfiguration(type).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(AopUtils.isAopProxy(context.getBean(type))).isFalse();
			assertThat(context.getBean(GuardRuntime.class).register().all()).extracting(GuardedCode::layer)
				.containsOnly(GuardLayer.WOVEN);
			assertThat(GuardLayer.WOVEN.code()).isEqualTo("woven");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { HalfWoven.class, InheritedAndFinal.class })
	void whatIsNotWovenIsJudgedAsEver(Class<?> type) {
		this.runner.withUserConfiguration(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("so no guard can stand"));
	}

	@Test
	void checksWhatTheClassOfTheObjectAdds() {
		this.runner.withBean(Added.class).run((context) -> {
			for (Added added : List.of(new Added(), context.getBean(Added.class))) {
				assertThat(AopUtils.isAopProxy(added)).isFalse();
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(added::read)
					.withMessage("agent lacks 'admin:documents' capability.");
			}
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("admin:documents");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThat(new Added().read()).isEqualTo("read");
			this.lumoAuth.deny("read:documents");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(new Added()::read)
				.withMessage("agent lacks 'read:documents' capability.");
		});
	}

	@Test
	void asksOnceForACallThatTheGuardAroundToolsHasAllowed() throws Exception {
		CapabilityRequirement required = CapabilityRequirement.of("read:documents");
		Method read = Tools.class.getMethod("read");
		Method statically = Tools.class.getDeclaredMethod("readStatically");
		this.runner.run((context) -> {
			CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
			Tools tools = new Tools();
			assertThat(tool(decisions, required, read, tools, tools::read)).isEqualTo("read");
			assertThat(tool(decisions, required, statically, null, Tools::readStatically)).isEqualTo("read");
			assertThatException().isThrownBy(() -> tool(decisions, required, read, tools, new Tools()::read));
			assertThat(RUNS).hasValue(2);
		});
	}

	/**
	 * Has a tool allowed, after which nobody could be asked again.
	 */
	private String tool(CapabilityDecisions decisions, CapabilityRequirement required, Method method,
			@Nullable Object target, Supplier<String> run) {
		this.lumoAuth.recover();
		this.lumoAuth.grant("read:documents");
		Guard guard = new Guard(() -> decisions, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, List::of);
		return guard.call(GuardedCall.ofTool("tool", new GuardTerms(required, false), method, target), () -> {
			decisions.invalidate();
			this.lumoAuth.fail(new IllegalStateException("Asked again"));
			return run.get();
		});
	}

	/**
	 * As the advice does it.
	 */
	private static @Nullable Object woven(Class<?> type, String name, @Nullable Object target,
			Callable<@Nullable Object> body) {
		Method method = ReflectionUtils.findMethod(type, name);
		return WovenGuard.call(Objects.requireNonNull(method), target, new Object[0], body::call);
	}

	private static String run() {
		RUNS.incrementAndGet();
		UserToken user = UserScope.current();
		return (user != null) ? user.value() : "read";
	}

	static class Tools {

		@Tool
		@Woven
		@RequiresCapability("read:documents")
		public String read() {
			return (String) woven(Tools.class, "read", this, WovenGuardTests::run);
		}

		@Woven
		@RequiresCapability("read:documents")
		static String readStatically() {
			return (String) woven(Tools.class, "readStatically", null, WovenGuardTests::run);
		}

		@Woven
		@RequiresCapability("read:documents")
		@OnBehalfOfUser
		String mine() {
			return (String) woven(Tools.class, "mine", this, WovenGuardTests::run);
		}

		@Woven
		@RequiresCapability("read:documents")
		@SuppressWarnings("unchecked")
		Mono<String> readLater() {
			return (Mono<String>) woven(Tools.class, "readLater", this, () -> Mono.just(run()));
		}

		@Woven
		@RequiresCapability("read:documents")
		@SuppressWarnings("unchecked")
		Flux<String> readAll() {
			return (Flux<String>) woven(Tools.class, "readAll", this, () -> Flux.just(run(), run()));
		}

		@Woven
		@RequiresCapability("read:documents")
		void failing() throws IOException {
			woven(Tools.class, "failing", this, () -> {
				throw new IOException("no disk");
			});
		}

		@Woven
		void plain() {
			woven(Tools.class, "plain", this, WovenGuardTests::run);
		}

	}

	static class Narrowed extends Tools {

		@Override
		@Woven
		@RequiresCapability("admin:documents")
		public String read() {
			return (String) woven(Narrowed.class, "read", this, WovenGuardTests::run);
		}

		String readAsBefore() {
			return super.read();
		}

	}

	static class Warm {

		String seen = "";

		@PostConstruct
		void warm() {
			this.seen = new Tools().read();
		}

	}

	@RequiresCapability("read:documents")
	record WovenRecord() {

		@Woven
		String read() {
			Supplier<String> text = this::text;
			return text.get() + ((Supplier<String>) () -> "").get();
		}

		private String text() {
			return "";
		}

		@Override
		public String toString() {
			return "";
		}

	}

	static final class WovenFinalClass {

		@Woven
		@RequiresCapability("read:documents")
		String read() {
			return "";
		}

	}

	static class WovenPrivateMethod {

		@Woven
		@RequiresCapability("read:documents")
		private String read() {
			return "";
		}

	}

	static class WovenStaticMethod {

		@Woven
		@RequiresCapability("read:documents")
		static String read() {
			return "";
		}

	}

	static class WovenFinalMethod {

		@Woven
		@OnBehalfOfUser
		final String read() {
			return "";
		}

	}

	@RequiresCapability("read:documents")
	static final class WovenTypeWithCallbacks implements InitializingBean, BeanNameAware {

		@Woven
		String read() {
			return "";
		}

		@PostConstruct
		void start() {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void setBeanName(String name) {
		}

	}

	static class HalfWoven {

		@Woven
		@RequiresCapability("read:documents")
		private String read() {
			return "";
		}

		@RequiresCapability("read:documents")
		private String readToo() {
			return "";
		}

	}

	interface Contract {

		@RequiresCapability("admin:documents")
		String read();

	}

	static class Plain {

		@Woven
		@RequiresCapability("read:documents")
		public String read() {
			return (String) woven(Plain.class, "read", this, WovenGuardTests::run);
		}

	}

	@RequiresCapability("read:documents")
	static class PlainByType {

		@Woven
		public String read() {
			return (String) woven(PlainByType.class, "read", this, WovenGuardTests::run);
		}

	}

	static class Added extends PlainByType implements Contract {

	}

	static final class InheritedAndFinal extends Plain {

		@Override
		public String read() {
			return "";
		}

	}

}
