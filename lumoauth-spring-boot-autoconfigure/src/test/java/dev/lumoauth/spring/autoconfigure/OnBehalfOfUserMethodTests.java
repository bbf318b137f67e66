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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Methods of beans that act for the user and are called from ordinary Java.
 */
class OnBehalfOfUserMethodTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth))
		.withPropertyValues("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER)
		.withUserConfiguration(Beans.class);

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

	@Test
	void runsForTheUserOrNotAtAll() {
		this.runner.run((context) -> {
			Reports reports = context.getBean(Reports.class);
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(reports::mine)
				.withMessageContaining("there is no user on this thread");
			assertThat(RUNS).hasValue(0);
			assertThat(TestUsers.as("alice", reports::mine)).isEqualTo("token-of-alice");
			assertThat(TestUsers.as("bob", reports::mine)).isEqualTo("token-of-bob");
			assertThat(UserScope.current()).isNull();
			assertThat(TestUsers.as("alice", reports::agents)).isEqualTo("the agent itself");
		});
	}

	@Test
	void asksForTheCapabilityFirst() {
		this.runner.run((context) -> {
			Reports reports = context.getBean(Reports.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(reports::both);
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> TestUsers.as("alice", reports::both));
			assertThat(RUNS).hasValue(0);
		});
		this.lumoAuth.grant("read:documents");
		this.runner.run((context) -> {
			Reports reports = context.getBean(Reports.class);
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(reports::both);
			assertThat(RUNS).hasValue(0);
			assertThat(TestUsers.as("alice", reports::both)).isEqualTo("token-of-alice");
		});
	}

	@Test
	void throwsWhatTheMethodThrowsAndLeavesTheUserBehind() {
		this.runner.run((context) -> {
			TestUsers.signIn("alice");
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> context.getBean(Reports.class).failing())
				.withMessage("token-of-alice");
			assertThat(UserScope.current()).isNull();
		});
	}

	@Test
	void runsAReactiveMethodForWhoSubscribes() {
		this.runner.run((context) -> {
			Reports reports = context.getBean(Reports.class);
			Mono<String> mono = reports.mono();
			Flux<String> flux = reports.flux();
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(mono::block);
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(flux::blockFirst);
			assertThat(RUNS).hasValue(0);
			for (String user : new String[] { "alice", "bob" }) {
				assertThat(TestUsers.as(user, () -> mono.block())).isEqualTo(TestUsers.token(user));
				assertThat(TestUsers.as(user, () -> flux.blockFirst())).isEqualTo(TestUsers.token(user));
				assertThat(TestUsers.as(user,
						() -> mono.subscribeOn(Schedulers.boundedElastic())
							.contextWrite(
									ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication("carol")))
							.block()))
					.isEqualTo("token-of-carol");
			}
		});
	}

	@Test
	void runsAReactiveMethodForWhoCalledItWhereTheSubscriberIsNobody() {
		this.runner.run((context) -> {
			Mono<String> mono = TestUsers.as("alice", () -> context.getBean(Reports.class).mono());
			assertThat(mono.subscribeOn(Schedulers.parallel()).block()).isEqualTo("token-of-alice");
		});
	}

	@Test
	void keepsTheUserWhileTheCapabilityOfAReactiveMethodIsAskedFor() {
		this.lumoAuth.grant("read:documents");
		this.runner.run((context) -> {
			Mono<String> mono = context.getBean(Reports.class).bothMono();
			assertThat(TestUsers.as("alice", () -> mono.block())).isEqualTo("token-of-alice");
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(mono::block);
		});
	}

	@Test
	@SuppressWarnings("unchecked")
	void guardsWhatABeanMethodIsAnnotatedFor() {
		this.runner.run((context) -> {
			Supplier<String> supplier = context.getBean("supplier", Supplier.class);
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(supplier::get);
			assertThat(TestUsers.as("alice", supplier)).isEqualTo("token-of-alice");
			Plain plain = context.getBean(Plain.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(plain::read);
			assertThat(RUNS).hasValue(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, FinalMethod.class, StaticMethod.class })
	void refusesToStartWithAMethodThatNoGuardCanStandAround(Class<?> type) {
		this.runner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("has @OnBehalfOfUser and is ")
				.hasMessageContaining(type.getName()));
	}

	@ParameterizedTest
	@ValueSource(classes = { WritesLater.class, ReadsLater.class })
	void refusesToStartWithAMethodWhoseWorkIsDoneLater(Class<?> type) {
		this.runner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("has @OnBehalfOfUser and returns ")
				.hasMessageContaining("runs later, without a check")
				.hasMessageContaining(type.getName()));
	}

	@Test
	void refusesToStartWithABeanThatIsThereBeforeTheGuard() {
		this.runner.withInitializer((context) -> context.getBeanFactory().registerSingleton("early", new Reports()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("'early' is not guarded"));
		this.runner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("early", new OnlyForUsers()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("'early' is not guarded, although method mine of class")
				.hasMessageContaining("has @OnBehalfOfUser"));
	}

	@Test
	void refusesToStartWithoutLumoAuth() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class))
			.withBean(OnlyForUsers.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("acts for the user, but LumoAuth is not configured"));
	}

	public static class OnlyForUsers {

		@OnBehalfOfUser
		public String mine() {
			return seen();
		}

	}

	public static class Reports {

		@OnBehalfOfUser
		public String mine() {
			return seen();
		}

		@OnBehalfOfUser
		@RequiresCapability("read:documents")
		public String both() {
			return seen();
		}

		@OnBehalfOfUser
		@RequiresCapability("read:documents")
		public Mono<String> bothMono() {
			return Mono.fromSupplier(OnBehalfOfUserMethodTests::seen);
		}

		@OnBehalfOfUser
		public Mono<String> mono() {
			return Mono.fromSupplier(OnBehalfOfUserMethodTests::seen);
		}

		@OnBehalfOfUser
		public Flux<String> flux() {
			String seen = seen();
			return Flux.just(seen);
		}

		@OnBehalfOfUser
		public String failing() throws IOException {
			throw new IOException(seen());
		}

		public String agents() {
			return seen();
		}

	}

	public static class Plain {

		public String read() {
			return seen();
		}

	}

	static class WritesLater {

		@OnBehalfOfUser
		public StreamingResponseBody act() {
			return (out) -> out.write(1);
		}

	}

	static class ReadsLater {

		@OnBehalfOfUser
		public Stream<String> act() {
			return Stream.of("x").map((line) -> seen());
		}

	}

	static class PrivateMethod {

		@OnBehalfOfUser
		private void act() {
		}

	}

	static class FinalMethod {

		@OnBehalfOfUser
		final void act() {
		}

	}

	static class StaticMethod {

		@OnBehalfOfUser
		static void act() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Reports reports() {
			return new Reports();
		}

		@Bean
		@OnBehalfOfUser
		Supplier<String> supplier() {
			return OnBehalfOfUserMethodTests::seen;
		}

		@Bean
		@OnBehalfOfUser
		@RequiresCapability("read:documents")
		Plain plain() {
			return new Plain();
		}

	}

}
