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
import java.util.List;
import java.util.function.Function;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link GuardCoverage}.
 */
class GuardCoverageTests {

	private static final GuardTerms A = new GuardTerms(CapabilityRequirement.of("a"), false);

	private final CapabilityDecisions decisions = mock();

	private final Guard guard = new Guard(() -> this.decisions, () -> {
		throw new IllegalStateException();
	}, GuardReports.NONE, null, List::of);

	private final GuardAdvisor annotations = GuardAdvisor.forAnnotations(new GuardTermsFinder(), () -> this.guard);

	private final GuardAdvisor factoryMethod = GuardAdvisor.forBeanMethod(A, new GuardTermsFinder(), () -> this.guard);

	@Test
	void checksWhatItOverridesAndNothingElse() {
		Tools tools = proxied(new Tools(), true, this.annotations);
		assertThat(List.of("open", "packagePrivate")).allMatch((name) -> GuardCoverage.covers(tools, method(name), A));
		assertThat(List.of("plain", "hidden", "fixed", "unchangeable"))
			.noneMatch((name) -> GuardCoverage.covers(tools, method(name), A));
		assertThat(GuardCoverage.covers(new Tools(), method("open"), A)).isFalse();
		assertThat(GuardCoverage.coversIfCalled(tools, method("open"), A)).isTrue();
		assertThat(GuardCoverage.coversIfCalled(new Tools(), method("open"), A)).isFalse();
		assertThat(GuardCoverage.coversIfCalled(proxied(new Tools(), true), method("open"), A)).isFalse();
	}

	@Test
	void saysWhatIsTrue() throws Exception {
		given(this.decisions.decide(any())).willReturn(CapabilityDecision.deny(List.of("a")));
		Tools tools = proxied(new Tools(), true, this.annotations);
		for (Method method : Tools.class.getDeclaredMethods()) {
			if (method.isSynthetic()) {
				// Of the coverage agent.
				continue;
			}
			ReflectionUtils.makeAccessible(method);
			if (GuardCoverage.covers(tools, method, A)) {
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> method.invoke(tools));
			}
			else {
				assertThat(method.invoke(tools)).isEqualTo("ran");
			}
		}
	}

	@Test
	void checksEveryMethodOfWhatAnAnnotatedBeanMethodMakes() {
		Tools tools = proxied(new Tools(), true, this.factoryMethod);
		assertThat(List.of("open", "plain")).allMatch((name) -> GuardCoverage.covers(tools, method(name), A));
		assertThat(GuardCoverage.covers(tools, method("unchangeable"), A)).isFalse();
		assertThat(GuardCoverage.ofBeanMethod(tools)).isEqualTo(A);
		assertThat(GuardCoverage.ofBeanMethod(proxied(new Tools(), true, this.annotations))).isNull();
		assertThat(GuardCoverage.ofBeanMethod(new Tools())).isNull();
	}

	@Test
	void coversNoMoreThanItChecks() {
		GuardTerms forUser = new GuardTerms(A.requirement(), true);
		GuardTerms more = new GuardTerms(CapabilityRequirement.of("b"), false);
		Tools tools = proxied(new Tools(), true, this.annotations);
		assertThat(GuardCoverage.covers(tools, method("open"), forUser)).isFalse();
		assertThat(GuardCoverage.covers(tools, method("open"), more)).isFalse();
		Tools both = proxied(new Tools(), true, this.annotations,
				GuardAdvisor.forBeanMethod(more, new GuardTermsFinder(), () -> this.guard));
		assertThat(GuardCoverage.covers(both, method("open"), more)).isTrue();
		assertThat(GuardCoverage.covers(both, method("open"), A)).isTrue();
		assertThat(GuardCoverage.covers(both, method("plain"), A)).isFalse();
	}

	@Test
	void addsUpWhatTheAspectsAndTheProxyCheck() {
		GuardTerms more = new GuardTerms(CapabilityRequirement.of("b"), false);
		GuardTerms both = new GuardTerms(CapabilityRequirement.of("a").and(CapabilityRequirement.of("b")), false);
		Method woven = ReflectionUtils.findMethod(WovenTools.class, "woven");
		WovenTools tools = proxied(new WovenTools(), true,
				GuardAdvisor.forBeanMethod(more, new GuardTermsFinder(), () -> this.guard));
		assertThat(GuardCoverage.covers(tools, woven, both)).isTrue();
		assertThat(GuardCoverage.covers(new WovenTools(), woven, A)).isTrue();
		assertThat(GuardCoverage.covers(new WovenTools(), woven, both)).isFalse();
	}

	@Test
	void checksAFunctionThroughItsInterface() throws Exception {
		Method apply = Function.class.getMethod("apply", Object.class);
		Function<String, String> lambda = String::trim;
		assertThat(GuardCoverage.covers(proxied(lambda, false, this.factoryMethod), apply, A)).isTrue();
		assertThat(GuardCoverage.covers(proxied(new Trim(), true, this.factoryMethod), apply, A)).isTrue();
		assertThat(GuardCoverage.covers(proxied(new FinalTrim(), true, this.factoryMethod), apply, A)).isFalse();
		assertThat(GuardCoverage.covers(lambda, apply, A)).isFalse();
	}

	@Test
	void looksBehindAnOuterProxy() {
		Tools inner = proxied(new Tools(), true, this.factoryMethod);
		Tools outer = proxied(inner, true);
		assertThat(GuardCoverage.coversIfCalled(outer, method("open"), A)).isTrue();
		assertThat(GuardCoverage.ofBeanMethod(outer)).isEqualTo(A);
	}

	@SuppressWarnings("unchecked")
	private static <T> T proxied(T target, boolean targetClass, GuardAdvisor... advisors) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(targetClass);
		for (GuardAdvisor advisor : advisors) {
			factory.addAdvisor(advisor);
		}
		return (T) factory.getProxy();
	}

	private static Method method(String name) {
		Method method = ReflectionUtils.findMethod(Tools.class, name);
		assertThat(method).isNotNull();
		return method;
	}

	static class Tools {

		@RequiresCapability("a")
		public String open() {
			return "ran";
		}

		@RequiresCapability("a")
		String packagePrivate() {
			return "ran";
		}

		public String plain() {
			return "ran";
		}

		@RequiresCapability("a")
		private String hidden() {
			return "ran";
		}

		@RequiresCapability("a")
		static String fixed() {
			return "ran";
		}

		@RequiresCapability("a")
		public final String unchangeable() {
			return "ran";
		}

	}

	static class WovenTools {

		@Woven // As the weaver writes it.
		@RequiresCapability("a")
		public String woven() {
			return "ran";
		}

	}

	static class Trim implements Function<String, String> {

		@Override
		public String apply(String text) {
			return text.trim();
		}

	}

	static class FinalTrim implements Function<String, String> {

		@Override
		public final String apply(String text) {
			return text.trim();
		}

	}

}
