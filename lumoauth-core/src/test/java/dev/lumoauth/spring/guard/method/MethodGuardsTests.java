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
import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.GuardReports;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MethodGuards}.
 */
class MethodGuardsTests {

	private static final CapabilityRequirement A = CapabilityRequirement.of("a");

	private final CapabilityDecisions decisions = mock();

	private final CapabilityAdvisor annotations = CapabilityAdvisor.forAnnotations(new CapabilityRequirements(),
			() -> this.decisions, GuardReports.NONE);

	private final CapabilityAdvisor factoryMethod = CapabilityAdvisor.forFactoryMethod(A, () -> this.decisions,
			GuardReports.NONE);

	@Test
	void checksWhatItOverridesAndNothingElse() {
		Tools tools = proxied(new Tools(), true, this.annotations);
		assertThat(List.of("open", "packagePrivate")).allMatch((name) -> MethodGuards.checks(tools, method(name)));
		assertThat(List.of("plain", "hidden", "fixed", "unchangeable"))
			.noneMatch((name) -> MethodGuards.checks(tools, method(name)));
		assertThat(MethodGuards.checks(new Tools(), method("open"))).isFalse();
		assertThat(MethodGuards.checksIfCalled(tools, method("open"))).isTrue();
		assertThat(MethodGuards.checksIfCalled(new Tools(), method("open"))).isFalse();
		assertThat(MethodGuards.checksIfCalled(proxied(new Tools(), true), method("open"))).isFalse();
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
			if (MethodGuards.checks(tools, method)) {
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
		assertThat(List.of("open", "plain")).allMatch((name) -> MethodGuards.checks(tools, method(name)));
		assertThat(MethodGuards.checks(tools, method("unchangeable"))).isFalse();
		assertThat(MethodGuards.ofFactoryMethod(tools)).isEqualTo(A);
		assertThat(MethodGuards.ofFactoryMethod(proxied(new Tools(), true, this.annotations))).isNull();
		assertThat(MethodGuards.ofFactoryMethod(new Tools())).isNull();
	}

	@Test
	void checksAFunctionThroughItsInterface() throws Exception {
		Method apply = Function.class.getMethod("apply", Object.class);
		Function<String, String> lambda = String::trim;
		assertThat(MethodGuards.checks(proxied(lambda, false, this.factoryMethod), apply)).isTrue();
		assertThat(MethodGuards.checks(proxied(new Trim(), true, this.factoryMethod), apply)).isTrue();
		assertThat(MethodGuards.checks(proxied(new FinalTrim(), true, this.factoryMethod), apply)).isFalse();
		assertThat(MethodGuards.checks(lambda, apply)).isFalse();
	}

	@Test
	void looksBehindAnOuterProxy() {
		Tools inner = proxied(new Tools(), true, this.factoryMethod);
		Tools outer = proxied(inner, true);
		assertThat(MethodGuards.checksIfCalled(outer, method("open"))).isTrue();
		assertThat(MethodGuards.ofFactoryMethod(outer)).isEqualTo(A);
	}

	@SuppressWarnings("unchecked")
	private static <T> T proxied(T target, boolean targetClass, CapabilityAdvisor... advisors) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(targetClass);
		for (CapabilityAdvisor advisor : advisors) {
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
