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
package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardTerm;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.Ticket;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.guarded.FinalInSpringsPackage;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodGuardConfiguration}: the guard in an application of Spring
 * without Spring Boot.
 */
class MethodGuardConfigurationTests {

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@Test
	void guardsAServiceOfAPlainContext() {
		LUMO_AUTH.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent", 600)));
		answer(false);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Plain.class)) {
			Library library = context.getBean(Library.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(library::read)
				.withMessage("agent lacks 'read:documents' capability.");
			assertThat(library.runs()).isZero();
			answer(true);
			assertThat(library.read()).isEqualTo("read");
			assertThat(library.runs()).isOne();
		}
	}

	/**
	 * A retry stands around the guard of a method, and each attempt has the attributes of
	 * the first.
	 */
	@Test
	void decidesEachFurtherAttemptOfAToolsMethodAgain() throws NoSuchMethodException {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Retried.class)) {
			Person person = context.getBean(Person.class);
			GuardRuntime guards = context.getBean(GuardRuntime.class);
			Payments payments = context.getBean("payments", Payments.class);
			Payments guarded = context.getBean("guardedPayments", Payments.class);
			assertAskedForEachAttempt(guards, person, "pay", payments, payments::pay);
			assertAskedForEachAttempt(guards, person, "payLater", payments, () -> payments.payLater().block());
			// The first attempt is decided once for both guards.
			assertAskedForEachAttempt(guards, person, "payLater", guarded, () -> guarded.payLater().block());
		}
	}

	private static void assertAskedForEachAttempt(GuardRuntime guards, Person person, String method, Payments payments,
			Supplier<String> code) throws NoSuchMethodException {
		person.asked.set(0);
		Payments.RUNS.set(0);
		Method called = Payments.class.getMethod(method);
		GuardTerms terms = GuardTerms.both(new GuardTerms(CapabilityRequirement.of("bean"), false),
				guards.finder().find(called, Payments.class));
		GuardedCall tool = GuardedCall.ofTool("tool", terms, called, payments)
			.asOneCall(called, new Object(), () -> CallArguments.NONE, ResultText.TEXT);
		assertThat(guards.guard().get().<String, RuntimeException>call(tool, code::get)).isEqualTo("paid");
		assertThat(Payments.RUNS).hasValue(3);
		assertThat(person.asked).hasValue(3);
	}

	@ParameterizedTest
	@ValueSource(classes = { Sealed.class, FinalInSpringsPackage.class })
	void refusesToStartWithWhatItCannotGuard(Class<?> type) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Plain.class);
			context.registerBean(type);
			assertThatExceptionOfType(Exception.class).isThrownBy(context::refresh)
				.havingRootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.withMessageContaining(type.getSimpleName());
		}
	}

	@Test
	void refusesToStartWhereNobodyDecides() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> new AnnotationConfigApplicationContext(MethodGuardConfiguration.class, Library.class))
			.havingRootCause()
			.isInstanceOfSatisfying(GuardConfigurationException.class, (ex) -> assertThat(ex.getAction())
				.isEqualTo("Make a bean of type " + CapabilityDecisions.class.getName() + "."));
	}

	@Test
	void keepsTheGuardOfMethodsForItself() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Plain.class,
				Asking.class)) {
			assertThat(context.getBean(Asking.class).guards.getIfAvailable()).isNull();
		}
	}

	/**
	 * Spring puts a second proxy around such a bean.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "first", "again", "onceMore" })
	void asksOnceWhereBeanMethodsReturnABeanAgain(String name) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Returned.class)) {
			Api api = context.getBean(name, Api.class);
			Stamps stamps = context.getBean(Stamps.class);
			for (Supplier<String> call : List.<Supplier<String>>of(api::read, api::beside, () -> api.mono().block())) {
				stamps.put();
				assertRefused(call);
				stamps.put("red");
				assertThat(call.get()).isEqualTo("read");
				assertThat(stamps.asked).containsExactly("red");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "blue", "green" })
	void asksForTheTermsOfEachBeanMethodThatReturnsABeanAgain(String name) {
		List<String> needed = name.equals("blue") ? List.of("blue") : List.of("blue", "green");
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Returned.class)) {
			Api api = context.getBean(name, Api.class);
			Stamps stamps = context.getBean(Stamps.class);
			for (String missing : needed) {
				stamps.put(Stream.of("red", "blue", "green").filter((each) -> !each.equals(missing)));
				assertRefused(api::read);
				assertRefused(api::beside);
				assertRefused(api::alone);
				assertRefused(() -> api.mono().block());
			}
			stamps.put(needed.stream());
			assertThat(api.alone()).isEqualTo("alone");
			assertRefused(api::read);
			assertRefused(api::beside);
			assertRefused(() -> api.mono().block());
			stamps.put("red", "blue", "green");
			assertThat(api.read()).isEqualTo("read");
			assertThat(api.beside()).isEqualTo("read");
			assertThat(api.mono().block()).isEqualTo("read");
		}
	}

	private static void assertRefused(Supplier<String> call) {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(call::get);
	}

	private static void answer(boolean allowed) {
		LUMO_AUTH.stubFor(post("/t/acme-corp/api/v1/authz/check")
			.willReturn(okJson("{\"permission\":\"read:documents\",\"allowed\":" + allowed + "}")));
	}

	@Import(MethodGuardConfiguration.class)
	static class Plain {

		@Bean
		CapabilityDecisions decisions() {
			WireAgent agent = new WireAgent(LUMO_AUTH);
			LumoAuthHttp http = agent.http();
			return CapabilityDecisions.builder(CapabilitySource.check(new LumoAuthClient(http, agent.tokens(http))))
				.build();
		}

		@Bean
		Library library() {
			return new Library();
		}

	}

	@EnableResilientMethods
	@Import({ MethodGuardConfiguration.class, Person.class })
	static class Retried {

		@Bean
		CapabilityDecisions decisions() {
			return CapabilityDecisions.builder(new FakeCapabilitySource().deny("pay", "bean"))
				.denyTtl(Duration.ofMinutes(1))
				.build();
		}

		@Bean
		GateSource gates(Person person) {
			return () -> List.of(person);
		}

		@Bean
		Payments payments() {
			return new Payments();
		}

		@Bean
		@RequiresCapability("bean")
		Payments guardedPayments() {
			return new Payments();
		}

	}

	static class Payments {

		private static final AtomicInteger RUNS = new AtomicInteger();

		@Retryable(maxRetries = 2, delay = 0)
		@RequiresCapability("pay")
		public String pay() {
			if (RUNS.incrementAndGet() < 3) {
				throw new IllegalStateException("timeout");
			}
			return "paid";
		}

		@Retryable(maxRetries = 2, delay = 0)
		@RequiresCapability("pay")
		public Mono<String> payLater() {
			return Mono.fromSupplier(this::pay);
		}

	}

	/** Allows what the agent may not do, once each time. */
	static class Person implements Gate<Person.Term> {

		private final AtomicInteger asked = new AtomicInteger();

		@Override
		public Class<Term> term() {
			return Term.class;
		}

		@Override
		public int order() {
			return PERSON;
		}

		@Override
		public Admission admit(GuardedCall call, Term term) {
			throw new IllegalStateException();
		}

		@Override
		public boolean mayCure(GuardTerms terms) {
			return true;
		}

		@Override
		public Admission cure(GuardedCall call, Refusal refusal) {
			if (!Ticket.running(Objects.requireNonNull(call.invocation())).isEmpty()) {
				return Admission.FREE;
			}
			this.asked.incrementAndGet();
			return new Admission.Once(() -> new Ticket.Run() {

				@Override
				public void done(String result) {
				}

				@Override
				public void failed() {
				}

			});
		}

		interface Term extends GuardTerm<Term> {

		}

	}

	record Asking(ObjectProvider<Guard> guards) {
	}

	static class Library {

		private final AtomicInteger runs = new AtomicInteger();

		@RequiresCapability("read:documents")
		String read() {
			this.runs.incrementAndGet();
			return "read";
		}

		int runs() {
			return this.runs.get();
		}

	}

	static final class Sealed {

		@RequiresCapability("read:documents")
		void read() {
		}

	}

	interface Api {

		@Stamped
		String read();

		@Stamped
		Mono<String> mono();

		default String beside() {
			return read();
		}

		default String alone() {
			return "alone";
		}

	}

	static class Stored implements Api {

		@Override
		public String read() {
			return "read";
		}

		@Override
		public Mono<String> mono() {
			return Mono.just("read");
		}

	}

	static final class Stamps implements Gate<StampReader.Stamp> {

		private final List<String> asked = new ArrayList<>();

		private Set<String> present = Set.of();

		void put(String... colours) {
			put(Stream.of(colours));
		}

		void put(Stream<String> colours) {
			this.present = colours.collect(Collectors.toSet());
			this.asked.clear();
		}

		@Override
		public Class<StampReader.Stamp> term() {
			return StampReader.Stamp.class;
		}

		@Override
		public int order() {
			return CAPABILITY;
		}

		@Override
		public Admission admit(GuardedCall call, StampReader.Stamp term) {
			if (!this.present.containsAll(term.colours())) {
				throw new LumoAuthUnavailableException("no stamp", null);
			}
			this.asked.addAll(term.colours());
			return Admission.FREE;
		}

	}

	@Import(MethodGuardConfiguration.class)
	static class Returned {

		@Bean
		CapabilityDecisions decisions() {
			return CapabilityDecisions.builder(new FakeCapabilitySource()).build();
		}

		@Bean
		Stamps stamps() {
			return new Stamps();
		}

		@Bean
		GateSource gates(Stamps stamps) {
			return () -> List.of(stamps);
		}

		@Bean
		Stored first() {
			return new Stored();
		}

		@Bean
		Api again(@Qualifier("first") Api first) {
			return first;
		}

		@Bean
		Api onceMore(@Qualifier("again") Api again) {
			return again;
		}

		@Bean
		@Stamped("blue")
		Api blue(@Qualifier("again") Api again) {
			return again;
		}

		@Bean
		@Stamped("green")
		Api green(@Qualifier("blue") Api blue) {
			return blue;
		}

	}

}
