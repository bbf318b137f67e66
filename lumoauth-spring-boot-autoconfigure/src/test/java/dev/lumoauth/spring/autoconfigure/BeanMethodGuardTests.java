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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.Mockito.mock;

/**
 * Tests for the guard around bean methods that are called from ordinary Java.
 */
@Timeout(60)
class BeanMethodGuardTests {

	private static final String DENIED = "agent lacks 'read:documents' capability.";

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AopAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class))
		.withBean(CapabilityDecisions.class,
				() -> CapabilityDecisions.builder(this.lumoAuth).allowTtl(Duration.ofSeconds(30)).build())
		.withUserConfiguration(Beans.class);

	@Test
	void refusesWithoutTheCapabilityAndRunsWithIt() {
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertDenied(() -> documents.read());
			assertThat(documents.calls()).isZero();
			this.lumoAuth.grant("read:documents");
			assertThat(documents.read()).isEqualTo("documents");
			assertThat(documents.calls()).isOne();
		});
	}

	@Test
	void refusesWhenLumoAuthGivesNoAnswerAndThrowsTheReason() {
		LumoAuthUnavailableException down = new LumoAuthUnavailableException("connection refused", null);
		this.lumoAuth.fail(down);
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(documents::read).isSameAs(down);
			StepVerifier.create(documents.mono()).expectErrorMatches((ex) -> ex == down).verify();
			assertThat(documents.calls()).isZero();
		});
	}

	@Test
	void refusesWhenNobodyDecides() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
			.withPropertyValues("lumoauth.enabled=false")
			.withUserConfiguration(Beans.class)
			.run((context) -> {
				Documents documents = context.getBean(Documents.class);
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(documents::read);
				StepVerifier.create(documents.mono()).expectError().verify();
				assertThat(documents.calls()).isZero();
			});
	}

	@Test
	void doesNotTakeANullDecisionForAnAllow() {
		CapabilityDecisions undecided = mock();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
			.withBean(CapabilityDecisions.class, () -> undecided)
			.withUserConfiguration(Beans.class)
			.run((context) -> {
				Documents documents = context.getBean(Documents.class);
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(documents::read);
				StepVerifier.create(documents.flux()).expectError(NullPointerException.class).verify();
				assertThat(documents.calls()).isZero();
			});
	}

	@Test
	void leavesMethodsWithoutTheAnnotationAlone() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Documents.class).open()).isEqualTo("open");
			assertThat(this.lumoAuth.questions()).isEmpty();
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
		});
	}

	@Test
	void guardsProtectedAndPackagePrivateMethods() {
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertDenied(documents::packagePrivate);
			assertDenied(documents::inherited);
			this.lumoAuth.grant("read:documents");
			assertThat(documents.packagePrivate()).isEqualTo("package-private");
			assertThat(documents.inherited()).isEqualTo("inherited");
		});
	}

	@Test
	void guardsByTheTypeTheInterfaceAndAMetaAnnotation() {
		this.runner.run((context) -> {
			assertDenied(context.getBean(AnnotatedType.class)::read);
			assertDenied(context.getBean(Implementation.class)::read);
			assertDenied(context.getBean(Documents.class)::meta);
			this.lumoAuth.grant("read:documents");
			assertThat(context.getBean(AnnotatedType.class).read()).isEqualTo("type");
			assertThat(context.getBean(Implementation.class).read()).isEqualTo("interface");
			assertThat(context.getBean(Documents.class).meta()).isEqualTo("meta");
		});
	}

	@Test
	void guardsALambdaByItsInterface() {
		this.runner.withBean(Reader.class, () -> () -> "lambda").run((context) -> {
			Reader lambda = context.getBeansOfType(Reader.class)
				.values()
				.stream()
				.filter((reader) -> !(reader instanceof Implementation))
				.findFirst()
				.orElseThrow();
			assertDenied(lambda::read);
			this.lumoAuth.grant("read:documents");
			assertThat(lambda.read()).isEqualTo("lambda");
		});
	}

	@Test
	void needsAllOrAny() {
		this.lumoAuth.grant("a").deny("b");
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(documents::all)
				.withMessage("agent lacks 'b' capability.");
			assertThat(documents.any()).isEqualTo("any");
		});
	}

	@Test
	void checksAMonoWhenItIsSubscribedToAndNotBefore() {
		this.lumoAuth.grant("read:documents");
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			Mono<String> assembled = documents.mono();
			assertThat(this.lumoAuth.questions()).isEmpty();
			assertThat(documents.calls()).isZero();
			this.lumoAuth.deny("read:documents");
			assertDeniedWhenSubscribed(Flux.from(assembled));
			assertThat(documents.calls()).isZero();
			this.lumoAuth.grant("read:documents");
			StepVerifier.create(assembled).expectNext("mono").verifyComplete();
			StepVerifier.create(assembled).expectNext("mono").verifyComplete();
			assertThat(documents.calls()).isEqualTo(2);
		});
	}

	@Test
	void checksAFluxWhenItIsSubscribedToAndNotBefore() {
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			Flux<String> assembled = documents.flux();
			assertThat(this.lumoAuth.questions()).isEmpty();
			assertDeniedWhenSubscribed(assembled);
			assertThat(documents.calls()).isZero();
			this.lumoAuth.grant("read:documents");
			StepVerifier.create(assembled).expectNext("a", "b").verifyComplete();
		});
	}

	@Test
	void checksAMonoBehindAGenericInterface() {
		this.runner.run((context) -> {
			Finder<Mono<String>> finder = context.getBean(MonoFinder.class);
			Mono<String> assembled = finder.find();
			assertThat(this.lumoAuth.questions()).isEmpty();
			assertDeniedWhenSubscribed(Flux.from(assembled));
			this.lumoAuth.grant("read:documents");
			StepVerifier.create(assembled).expectNext("found").verifyComplete();
		});
	}

	@Test
	void asksForWhatIsNotKnownOnAThreadThatMayBlock() {
		this.lumoAuth.grant("read:documents");
		this.lumoAuth.before((names) -> assertThat(Schedulers.isInNonBlockingThread()).isFalse());
		this.runner.run((context) -> {
			Mono<String> subscribedInParallel = context.getBean(Documents.class)
				.mono()
				.subscribeOn(Schedulers.parallel());
			StepVerifier.create(subscribedInParallel).expectNext("mono").verifyComplete();
		});
	}

	@Test
	void checksACompletableFutureBeforeItIsStarted() {
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertDenied(documents::future);
			assertThat(documents.calls()).isZero();
			this.lumoAuth.grant("read:documents");
			assertThat(documents.future().get(60, TimeUnit.SECONDS)).isEqualTo("future");
		});
	}

	@Test
	void guardsOnAnotherThread() {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			guardsOn((task) -> call(() -> thread.submit(task).get(60, TimeUnit.SECONDS)));
		}
		finally {
			thread.shutdownNow();
		}
	}

	@Test
	void guardsOnAVirtualThread() throws Exception {
		assumeTrue(Runtime.version().feature() >= 21, "Disabled on JREs without virtual threads");
		ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		try {
			guardsOn((task) -> call(() -> threads.submit(task).get(60, TimeUnit.SECONDS)));
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void guardsOnAScheduler() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.initialize();
		try {
			guardsOn((task) -> {
				CompletableFuture<String> result = new CompletableFuture<>();
				scheduler.schedule(() -> {
					try {
						result.complete(task.call());
					}
					catch (Exception ex) {
						result.completeExceptionally(ex);
					}
				}, Instant.now());
				return call(() -> result.get(60, TimeUnit.SECONDS));
			});
		}
		finally {
			scheduler.shutdown();
		}
	}

	@Test
	void guardsAnAsyncMethod() {
		this.runner.withUserConfiguration(AsyncConfiguration.class).run((context) -> {
			AsyncDocuments documents = context.getBean(AsyncDocuments.class);
			CompletableFuture<String> denied = documents.read();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> denied.get(60, TimeUnit.SECONDS))
				.withCauseInstanceOf(CapabilityDeniedException.class);
			this.lumoAuth.grant("read:documents");
			assertThat(documents.read().get(60, TimeUnit.SECONDS)).isEqualTo("async");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.aop.auto=false", "spring.aop.proxy-target-class=false",
			"spring.main.lazy-initialization=true" })
	void guardsWhateverTheSettingAndStaysInjectableByItsClass(String property) {
		this.runner.withPropertyValues(property).withUserConfiguration(Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertDenied(context.getBean(Implementation.class)::read);
			assertDenied(context.getBean(Documents.class)::read);
			assertDenied(context.getBean(Injected.class).implementation::read);
			this.lumoAuth.grant("read:documents");
			assertThat(context.getBean(Implementation.class).read()).isEqualTo("interface");
		});
	}

	@Test
	void guardsWithTheSettingsTogetherAndLeavesOtherBeansAsTheyWere() {
		this.runner.withPropertyValues("spring.aop.auto=false", "spring.aop.proxy-target-class=false")
			.withUserConfiguration(Injected.class)
			.run((context) -> assertDenied(context.getBean(Injected.class).implementation::read));
	}

	@Test
	void guardsPrototypeAndLazyBeans() {
		this.runner.withUserConfiguration(LateBeans.class).run((context) -> {
			assertDenied(context.getBean("prototype", AnnotatedType.class)::read);
			assertDenied(context.getBean("prototype", AnnotatedType.class)::read);
			assertDenied(context.getBean("late", AnnotatedType.class)::read);
		});
	}

	@Test
	void guardsCircularReferences() {
		this.runner.withPropertyValues("spring.main.allow-circular-references=true")
			.withInitializer((context) -> ((DefaultListableBeanFactory) context.getBeanFactory())
				.setAllowCircularReferences(true))
			.withUserConfiguration(Circle.class)
			.run((context) -> {
				assertDenied(context.getBean(Circle.There.class).back::read);
				assertDenied(context.getBean(Circle.Here.class)::read);
			});
	}

	@Test
	void guardsWhatAnAnnotatedBeanMethodMakes() {
		this.runner.withUserConfiguration(FactoryMethods.class).run((context) -> {
			Plain plain = context.getBean("guardedPlain", Plain.class);
			Function<String, String> upper = upper(context.getBean("upper"));
			assertDenied(plain::read);
			assertDenied(() -> upper.apply("a"));
			assertDeniedWhenSubscribed(plain.flux());
			assertThat(context.getBean("plain", Plain.class).read()).isEqualTo("plain");
			this.lumoAuth.grant("read:documents");
			assertThat(plain.read()).isEqualTo("plain");
			assertThat(upper.apply("a")).isEqualTo("A");
			StepVerifier.create(plain.flux()).expectNext("plain").verifyComplete();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "noted", "made", "wrapped" })
	void allPrototypesOfABeanHaveOneClass(String name) {
		this.runner.withUserConfiguration(Prototypes.class).run((context) -> {
			Set<Class<?>> classes = new HashSet<>();
			for (int i = 0; i < 50; i++) {
				Object bean = context.getBean(name);
				assertDenied(() -> read(bean));
				classes.add(bean.getClass());
			}
			assertThat(classes).hasSize(1);
		});
	}

	/**
	 * The arguments say which of the methods makes the bean, each time anew.
	 */
	@Test
	void allBeanMethodsOfOneNameCount() {
		this.runner.withUserConfiguration(Overloads.class).run((context) -> {
			assertDenied(((Plain) context.getBean("plainOf", 7L))::read);
			assertDenied(((Plain) context.getBean("plainOf", "a"))::read);
			assertDenied(((Plain) context.getBean("plainOf"))::read);
			assertDenied(((Plain) context.getBean("plainOf", 7L))::read);
			this.lumoAuth.grant("read:documents");
			assertThat(((Plain) context.getBean("plainOf", 7L)).read()).isEqualTo("plain");
		});
	}

	@Test
	void theBeanMethodThatOverridesAnotherCountsAlone() {
		this.lumoAuth.grant("more");
		this.runner.withUserConfiguration(Overriding.class)
			.run((context) -> assertThat(((Plain) context.getBean("plainOf", 7L)).read()).isEqualTo("plain"));
	}

	/**
	 * A post-processor that keeps the bean for its messages, as those of Spring Kafka and
	 * Spring AMQP do, may come with a configuration class of the application.
	 */
	@Test
	void guardsWhatAnAnnotatedBeanMethodMakesBeforeOthersKeepIt() {
		this.runner.withUserConfiguration(ListenerConfiguration.class, FactoryMethods.class)
			.run((context) -> assertDenied(
					((Plain) context.getBean(ListenerProcessor.class).kept.get("guardedPlain"))::read));
	}

	/**
	 * On the other thread, nobody is signed in.
	 */
	@Test
	void guardsAnAsyncMethodOfWhatAnAnnotatedBeanMethodMakesOnTheCallersThread() {
		this.runner.withUserConfiguration(AnnotatedAsyncConfiguration.class).run((context) -> {
			AsyncPlain plain = context.getBean(AsyncPlain.class);
			assertDenied(plain::read);
			this.lumoAuth.grant("read:documents");
			assertThat(plain.read().get(60, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread().getName());
		});
	}

	@Test
	void theBeanMethodAndTheTypeBothCount() {
		this.lumoAuth.grant("read:documents").deny("more");
		this.runner.withUserConfiguration(FactoryMethods.class).run((context) -> {
			AnnotatedType both = context.getBean("both", AnnotatedType.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(both::read)
				.withMessage("agent lacks 'more' capability.");
			this.lumoAuth.grant("more").deny("read:documents");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertDenied(both::read);
			this.lumoAuth.grant("read:documents");
			assertThat(both.read()).isEqualTo("type");
		});
	}

	private static String read(Object bean) {
		return (bean instanceof Reader reader) ? reader.read() : ((Plain) bean).read();
	}

	@SuppressWarnings("unchecked")
	private static Function<String, String> upper(Object bean) {
		return (Function<String, String>) bean;
	}

	private void guardsOn(Function<Callable<String>, String> thread) {
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> thread.apply(documents::read))
				.havingRootCause()
				.isInstanceOf(CapabilityDeniedException.class);
			assertThat(documents.calls()).isZero();
			this.lumoAuth.grant("read:documents");
			assertThat(thread.apply(documents::read)).isEqualTo("documents");
		});
	}

	private static <T> T call(Callable<T> task) {
		try {
			return task.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Keeps allows for as long as a test takes, and no denials.
	 */
	static CapabilityDecisions decisions(FakeCapabilitySource lumoAuth) {
		return CapabilityDecisions.builder(lumoAuth).allowTtl(Duration.ofHours(1)).build();
	}

	private static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(call)
			.withMessage(DENIED)
			.satisfies((ex) -> assertThat(ex.getMissingCapabilities()).containsExactly("read:documents"));
	}

	private static void assertDeniedWhenSubscribed(Flux<?> flux) {
		StepVerifier.create(flux).expectErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOf(CapabilityDeniedException.class).hasMessage(DENIED);
		}).verify(Duration.ofSeconds(10));
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Documents documents() {
			return new Documents();
		}

		@Bean
		AnnotatedType annotatedType() {
			return new AnnotatedType();
		}

		@Bean
		Implementation implementation() {
			return new Implementation();
		}

		@Bean
		MonoFinder finder() {
			return new MonoFinder();
		}

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryMethods {

		@Bean
		@RequiresCapability("read:documents")
		Plain guardedPlain() {
			return new Plain();
		}

		@Bean
		@RequiresCapability("read:documents")
		Function<String, String> upper() {
			return String::toUpperCase;
		}

		@Bean
		@RequiresCapability("more")
		AnnotatedType both() {
			return new AnnotatedType();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		@Bean
		@Scope("prototype")
		Implementation noted() {
			return new Implementation();
		}

		@Bean
		@Scope("prototype")
		@RequiresCapability("read:documents")
		Plain made() {
			return new Plain();
		}

		@Bean
		@Scope("prototype")
		Implementation wrapped() {
			return new Implementation();
		}

		@Bean
		static WrappingProcessor wrapping() {
			return new WrappingProcessor();
		}

	}

	static class WrappingProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return beanName.equals("wrapped") ? new Wrapper((Reader) bean) : bean;
		}

	}

	static class Wrapper extends Plain {

		private final Reader wrapped;

		Wrapper(Reader wrapped) {
			this.wrapped = wrapped;
		}

		@Override
		public String read() {
			return this.wrapped.read();
		}

	}

	static class Numbered {

		@Bean
		@Scope("prototype")
		@RequiresCapability("read:documents")
		Plain plainOf(Long number) {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false, enforceUniqueMethods = false)
	static class Overloads extends Numbered {

		@Bean
		@Scope("prototype")
		Plain plainOf() {
			return new Plain();
		}

		@Bean
		@Scope("prototype")
		Plain plainOf(String name) {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Overriding extends Numbered {

		@Bean
		@Scope("prototype")
		@RequiresCapability("more")
		@Override
		Plain plainOf(Long number) {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateBeans {

		@Bean
		@Scope("prototype")
		AnnotatedType prototype() {
			return new AnnotatedType();
		}

		@Bean
		@Lazy
		AnnotatedType late() {
			return new AnnotatedType();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

		@Bean
		AsyncDocuments asyncDocuments() {
			return new AsyncDocuments();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListenerConfiguration {

		@Bean
		static ListenerProcessor listeners() {
			return new ListenerProcessor();
		}

	}

	static class ListenerProcessor implements BeanPostProcessor, Ordered {

		final Map<String, Object> kept = new ConcurrentHashMap<>();

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			this.kept.put(beanName, bean);
			return bean;
		}

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AnnotatedAsyncConfiguration {

		@Bean
		@RequiresCapability("read:documents")
		AsyncPlain asyncPlain() {
			return new AsyncPlain();
		}

	}

	static class AsyncPlain {

		@Async
		public CompletableFuture<String> read() {
			return CompletableFuture.completedFuture(Thread.currentThread().getName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Circle {

		@Bean
		Here here() {
			return new Here();
		}

		@Bean
		There there() {
			return new There();
		}

		static class Here {

			@Autowired
			There there;

			@RequiresCapability("read:documents")
			public String read() {
				return "here";
			}

		}

		static class There {

			@Autowired
			Here back;

		}

	}

	static class Injected {

		final Implementation implementation;

		Injected(Implementation implementation) {
			this.implementation = implementation;
		}

	}

	static class AsyncDocuments {

		@Async
		@RequiresCapability("read:documents")
		public CompletableFuture<String> read() {
			return CompletableFuture.completedFuture("async");
		}

	}

	static class Superclass {

		@RequiresCapability("read:documents")
		protected String inherited() {
			return "inherited";
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresCapability("read:documents")
	@interface ReadsDocuments {

	}

	static class Documents extends Superclass {

		private final AtomicInteger calls = new AtomicInteger();

		int calls() {
			return this.calls.get();
		}

		public String open() {
			return "open";
		}

		@RequiresCapability("read:documents")
		public String read() {
			this.calls.incrementAndGet();
			return "documents";
		}

		@RequiresCapability("read:documents")
		String packagePrivate() {
			return "package-private";
		}

		@ReadsDocuments
		public String meta() {
			return "meta";
		}

		@RequiresCapability({ "a", "b" })
		public String all() {
			return "all";
		}

		@RequiresCapability(value = { "a", "b" }, match = Match.ANY)
		public String any() {
			return "any";
		}

		@RequiresCapability("read:documents")
		public Mono<String> mono() {
			this.calls.incrementAndGet();
			return Mono.just("mono");
		}

		@RequiresCapability("read:documents")
		public Flux<String> flux() {
			this.calls.incrementAndGet();
			return Flux.just("a", "b");
		}

		@RequiresCapability("read:documents")
		public CompletableFuture<String> future() {
			this.calls.incrementAndGet();
			return CompletableFuture.completedFuture("future");
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedType {

		public String read() {
			return "type";
		}

	}

	interface Reader {

		@RequiresCapability("read:documents")
		String read();

	}

	static class Implementation implements Reader {

		@Override
		public String read() {
			return "interface";
		}

	}

	interface Finder<T> {

		T find();

	}

	static class MonoFinder implements Finder<Mono<String>> {

		@Override
		@RequiresCapability("read:documents")
		public Mono<String> find() {
			return Mono.just("found");
		}

	}

	static class Plain {

		public String read() {
			return "plain";
		}

		public Flux<String> flux() {
			return Flux.just("plain");
		}

	}

}
