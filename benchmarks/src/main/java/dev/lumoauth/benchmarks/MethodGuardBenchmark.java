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

package dev.lumoauth.benchmarks;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.capability.CapabilityObservationContext;
import dev.lumoauth.spring.capability.CapabilityObservationDocumentation;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.DefaultCapabilityObservationConvention;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.GuardedCallContext;
import dev.lumoauth.spring.guard.observation.DefaultMethodObservationConvention;
import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation;
import io.micrometer.observation.ObservationRegistry;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ReflectionUtils;

/**
 * A bean's method with {@code @RequiresCapability}, its answer in memory, beside Spring
 * Security's {@code @PreAuthorize} and beside a proxy that does nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MethodGuardBenchmark {

	/**
	 * Call the method that requires a capability.
	 * @param application the application
	 * @return what it returns
	 */
	@Benchmark
	public List<String> requiresCapability(Application application) {
		return application.guarded.search("q");
	}

	/**
	 * Call the method that requires a capability and is woven.
	 * @param application the application
	 * @return what it returns
	 */
	@Benchmark
	public List<String> requiresCapabilityWoven(Application application) {
		return application.woven.search("q");
	}

	/**
	 * Call the method that requires an authority.
	 * @param application the application
	 * @param user who has it
	 * @return what it returns
	 */
	@Benchmark
	public List<String> preAuthorize(Application application, User user) {
		return application.preAuthorized.search("q");
	}

	/**
	 * Call the method behind an interceptor that does nothing.
	 * @param application the application
	 * @return what it returns
	 */
	@Benchmark
	public List<String> emptyInterceptor(Application application) {
		return application.intercepted.search("q");
	}

	/**
	 * Call the method behind an interceptor that does nothing, in the two observations
	 * that the guard makes: that of the call, and that of the decision.
	 * @param application the application
	 * @return what it returns
	 */
	@Benchmark
	public List<String> twoObservations(Application application) {
		return GuardObservationDocumentation.METHOD
			.observation(null, application.methods, () -> new GuardedCallContext(Application.CALL),
					application.registry)
			.observe(() -> {
				CapabilityObservationDocumentation.CAPABILITY
					.observation(null, application.capabilities,
							() -> new CapabilityObservationContext("agent", Application.CAPABILITIES, false),
							application.registry)
					.start()
					.stop();
				return application.intercepted.search("q");
			});
	}

	/**
	 * The application.
	 */
	@State(Scope.Benchmark)
	@SuppressWarnings("NullAway.Init")
	public static class Application {

		/**
		 * What observes it.
		 */
		@Param
		public Observed observed;

		private static final Method METHOD = Objects
			.requireNonNull(ReflectionUtils.findMethod(Guarded.class, "search", String.class));

		private static final List<String> CAPABILITIES = List.of("read:documents");

		private static final GuardedCall CALL = GuardedCall.ofMethod(METHOD,
				new GuardTerms(CapabilityRequirement.of("read:documents"), false), null, METHOD);

		private final DefaultMethodObservationConvention methods = new DefaultMethodObservationConvention();

		private final DefaultCapabilityObservationConvention capabilities = new DefaultCapabilityObservationConvention();

		private ObservationRegistry registry;

		private LoopbackLumoAuth lumoAuth;

		private ConfigurableApplicationContext context;

		private Guarded guarded;

		private Plain woven;

		private PreAuthorized preAuthorized;

		private Plain intercepted;

		/**
		 * Start it.
		 */
		@Setup
		public void start() {
			this.lumoAuth = new LoopbackLumoAuth();
			this.context = MeasuredApplication.start(this.lumoAuth, this.observed, Duration.ofHours(1), Beans.class);
			this.registry = this.context.getBeanProvider(ObservationRegistry.class)
				.getIfAvailable(() -> ObservationRegistry.NOOP);
			this.guarded = this.context.getBean(Guarded.class);
			this.woven = (Plain) this.context.getBean("woven");
			this.preAuthorized = this.context.getBean(PreAuthorized.class);
			ProxyFactory proxy = new ProxyFactory(new Plain());
			proxy.setProxyTargetClass(true);
			proxy.addAdvice((MethodInterceptor) MethodInvocation::proceed);
			this.intercepted = (Plain) proxy.getProxy();
			this.guarded.search("q");
		}

		/**
		 * Stop it.
		 */
		@TearDown
		public void stop() {
			this.context.close();
			this.lumoAuth.close();
		}

	}

	/**
	 * Who is signed in on a thread.
	 */
	@State(Scope.Thread)
	public static class User {

		/**
		 * Sign in.
		 */
		@Setup
		public void signIn() {
			SecurityContextHolder.getContext()
				.setAuthentication(new TestingAuthenticationToken("alice", "n/a", "read:documents"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Guarded guarded() {
			return new Guarded();
		}

		/**
		 * By name: the compiler of the class is another one, and comes later.
		 */
		@Bean
		Plain woven() throws ReflectiveOperationException {
			return Class.forName("dev.lumoauth.benchmarks.WovenDocuments")
				.asSubclass(Plain.class)
				.getDeclaredConstructor()
				.newInstance();
		}

		@Bean
		PreAuthorized preAuthorized() {
			return new PreAuthorized();
		}

	}

	static class Plain {

		private static final List<String> RESULT = List.of("a document");

		List<String> search(String query) {
			return RESULT;
		}

	}

	static class Guarded extends Plain {

		@Override
		@RequiresCapability("read:documents")
		List<String> search(String query) {
			return super.search(query);
		}

	}

	static class PreAuthorized extends Plain {

		@Override
		@PreAuthorize("hasAuthority('read:documents')")
		List<String> search(String query) {
			return super.search(query);
		}

	}

}
