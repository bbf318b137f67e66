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

package dev.lumoauth.spring.guard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.lumoauth.spring.GuardAnnotation;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GuardTermsFinder}.
 */
class GuardTermsFinderTests {

	private final GuardTermsFinder finder = new GuardTermsFinder();

	@Test
	void findsNothingOnPlainCode() {
		assertThat(find(Plain.class, "open")).isNull();
		assertThat(this.finder.find(Plain.class)).isNull();
	}

	@Test
	void findsTheAnnotationOfTheMethod() {
		assertThat(find(Tools.class, "open")).isEqualTo(CapabilityRequirement.of("method"));
		assertThat(find(Tools.class, "hidden")).isEqualTo(CapabilityRequirement.of("private"));
		assertThat(find(Tools.class, "fixed")).isEqualTo(CapabilityRequirement.of("static"));
		assertThat(find(Tools.class, "either")).isEqualTo(new CapabilityRequirement(List.of("a", "b"), Match.ANY));
	}

	@Test
	void findsAMetaAnnotationWithItsAttributes() {
		assertThat(find(Tools.class, "meta")).isEqualTo(CapabilityRequirement.of("read:reports"));
	}

	@Test
	void findsTheAnnotationOfTheTypeForEveryMethodButThoseOfObject() throws Exception {
		assertThat(find(Typed.class, "open")).isEqualTo(CapabilityRequirement.of("type"));
		assertThat(find(Typed.class, "own"))
			.isEqualTo(CapabilityRequirement.of("own").and(CapabilityRequirement.of("type")));
		assertThat(requirement(this.finder.find(Typed.class))).isEqualTo(CapabilityRequirement.of("type"));
		assertThat(this.finder.find(Object.class.getMethod("hashCode"), Typed.class)).isNull();
		assertThat(find(Typed.class, "toString")).isEqualTo(CapabilityRequirement.of("type"));
	}

	@Test
	void findsTheAnnotationOfAnInterfaceOrASuperclass() {
		assertThat(find(Implementation.class, "save")).isEqualTo(CapabilityRequirement.of("interface"));
		assertThat(find(Implementation.class, "whatever")).isEqualTo(CapabilityRequirement.of("default"));
		assertThat(find(SubTools.class, "open")).isEqualTo(CapabilityRequirement.of("method"));
		assertThat(find(SubTools.class, "either").capabilities()).containsExactly("closer");
		assertThat(find(SubTyped.class, "more")).isEqualTo(CapabilityRequirement.of("type"));
	}

	@Test
	void findsTheAnnotationOfAnInterfaceThatAnInheritedMethodImplements() {
		assertThat(find(Joined.class, "open")).isEqualTo(CapabilityRequirement.of("joined"));
		assertThat(find(Plain.class, "open")).isNull();
	}

	@Test
	void findsTheAnnotationOfATypeForAMethodThatItInherits() {
		assertThat(find(AnnotatedHeir.class, "open")).isEqualTo(CapabilityRequirement.of("heir"));
		assertThat(find(StrongerHeir.class, "inherited"))
			.isEqualTo(CapabilityRequirement.of("declaring").and(CapabilityRequirement.of("heir")));
	}

	/** A reader can get lost when jars are put together to one. */
	@Test
	void refusesAnAnnotationOfATermThatNobodyReads() {
		assertThat(this.finder.mentions(Unread.class)).isTrue();
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Unread.class, "unread"))
			.withMessageStartingWith("@RequiresLuck would be ignored: nothing reads it.")
			.satisfies((ex) -> assertThat(ex.getAction()).contains(RequiresLuck.class.getName(), "spring.factories"));
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Unread.class, "composed"));
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> this.finder.find(UnreadType.class));
	}

	@GuardAnnotation
	@Retention(RetentionPolicy.RUNTIME)
	@interface RequiresLuck {

	}

	@RequiresLuck
	@Retention(RetentionPolicy.RUNTIME)
	@interface OfLuck {

	}

	static class Unread {

		@RequiresLuck
		@RequiresCapability("a")
		public void unread() {
		}

		@OfLuck
		public void composed() {
		}

	}

	@OfLuck
	static class UnreadType {

	}

	/** For annotations that Java leaves out, and for the line in a message. */
	@Test
	void readsAClassFileOnce() throws Exception {
		List<String> read = new ArrayList<>();
		Class<?> type = new OverridingClassLoader(getClass().getClassLoader()) {
			@Override
			protected boolean isEligibleForOverriding(String name) {
				return name.equals(Approved.class.getName());
			}

			@Override
			public @Nullable URL getResource(String name) {
				read.add(name);
				return super.getResource(name);
			}
		}.loadClass(Approved.class.getName());
		read.clear();
		GuardTerms terms = this.finder.find(method(type, "refund"), type);
		assertThat(requirement(terms)).isEqualTo(CapabilityRequirement.of("refund"));
		assertThat(terms.get(ApprovalRequirement.class)).isNotNull();
		this.finder.mentions(type);
		this.finder.find(type);
		assertThat(read).hasSize(1);
		assertThat(SourceLine.of(type)).contains("GuardTermsFinderTests.java");
		assertThat(read).hasSize(2);
	}

	@Test
	void findsTheSameBehindAProxy() {
		Object proxy = new ProxyFactory(new Tools()) {
			{
				setProxyTargetClass(true);
			}
		}.getProxy();
		Method method = method(Tools.class, "open");
		assertThat(proxy.getClass()).isNotEqualTo(Tools.class);
		assertThat(requirement(this.finder.find(method, proxy.getClass())))
			.isEqualTo(CapabilityRequirement.of("method"));
	}

	@Test
	void refusesAnInvalidCapabilityByMethodAndClass() {
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Invalid.class, "blank"))
			.withMessageContaining("blank")
			.withMessageContaining(Invalid.class.getName());
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Invalid.class, "none"))
			.withMessageContaining("Name at least one capability");
	}

	@Test
	void refusesCompetingAnnotations() {
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Competing.class, "twice"))
			.withMessageContaining("competing")
			.withMessageContaining("twice");
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Competing.class, "open"))
			.withMessageContaining("other")
			.withMessageContaining("joined");
	}

	@Test
	void findsAMetaAnnotationThatIsThereTwice() {
		assertThat(this.finder.mentions(Repeated.class)).isTrue();
		assertThat(find(Repeated.class, "same")).isEqualTo(CapabilityRequirement.of("a"));
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> find(Repeated.class, "other"))
			.withMessageContaining("competing");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> this.finder.find(RepeatedType.class))
			.withMessageContaining("competing");
		GuardTerms both = this.finder.find(method(Repeated.class, "approvedTwice"), Repeated.class);
		assertThat(both).isNotNull();
		assertThat(both.get(ApprovalRequirement.class).rules()).hasSize(2);
	}

	@Test
	void tellsAMethodFromItsType() {
		assertThat(this.finder.findOnMethod(method(Typed.class, "open"), Typed.class)).isNull();
		assertThat(requirement(this.finder.findOnMethod(method(Typed.class, "own"), Typed.class)))
			.isEqualTo(CapabilityRequirement.of("own"));
		assertThat(requirement(this.finder.findOnMethod(method(Implementation.class, "save"), Implementation.class)))
			.isEqualTo(CapabilityRequirement.of("interface"));
	}

	@Test
	void mentionsCapabilitiesWhereverTheAnnotationStands() {
		assertThat(List.of(Tools.class, SubTools.class, Typed.class, SubTyped.class, Implementation.class, Joined.class,
				Invalid.class))
			.allMatch(this.finder::mentions);
		assertThat(List.of(Plain.class, Object.class, String.class)).noneMatch(this.finder::mentions);
	}

	private @Nullable CapabilityRequirement find(Class<?> type, String method) {
		return requirement(this.finder.find(method(type, method), type));
	}

	private static @Nullable CapabilityRequirement requirement(@Nullable GuardTerms terms) {
		return (terms != null) ? terms.requirement() : null;
	}

	private static Method method(Class<?> type, String name) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			for (Method method : each.getDeclaredMethods()) {
				if (method.getName().equals(name) && !method.isBridge()) {
					return method;
				}
			}
		}
		return Arrays.stream(type.getMethods()).filter((method) -> method.getName().equals(name)).findFirst().get();
	}

	static class Approved {

		@RequiresCapability("refund")
		@RequiresApproval
		public void refund() {
		}

	}

	static class Plain {

		public void open() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@RequiresCapability({})
	@interface Reads {

		@AliasFor(annotation = RequiresCapability.class, attribute = "value")
		String[] value();

	}

	static class Tools {

		@RequiresCapability("method")
		public void open() {
		}

		@RequiresCapability("private")
		private void hidden() {
		}

		@RequiresCapability("static")
		static void fixed() {
		}

		@RequiresCapability(value = { "a", "b" }, match = Match.ANY)
		void either() {
		}

		@Reads("read:reports")
		void meta() {
		}

	}

	static class SubTools extends Tools {

		@Override
		public void open() {
		}

		@Override
		@RequiresCapability("closer")
		void either() {
		}

	}

	@RequiresCapability("type")
	static class Typed {

		public void open() {
		}

		@RequiresCapability("own")
		public void own() {
		}

		@Override
		public String toString() {
			return "something of it";
		}

	}

	static class SubTyped extends Typed {

		public void more() {
		}

	}

	interface Store<T> {

		@RequiresCapability("interface")
		void save(T value);

		@RequiresCapability("default")
		default void whatever() {
		}

	}

	static class Implementation implements Store<String> {

		@Override
		public void save(String value) {
		}

	}

	interface Opens {

		@RequiresCapability("joined")
		void open();

	}

	interface OpensOther {

		@RequiresCapability("other")
		void open();

	}

	static class Joined extends Plain implements Opens {

	}

	@RequiresCapability("heir")
	static class AnnotatedHeir extends Plain {

	}

	@RequiresCapability("declaring")
	static class Declaring {

		public void inherited() {
		}

	}

	@RequiresCapability("heir")
	static class StrongerHeir extends Declaring {

	}

	static class Invalid {

		@RequiresCapability(" ")
		void blank() {
		}

		@RequiresCapability({})
		void none() {
		}

	}

	static class Competing extends Plain implements Opens, OpensOther {

		@Reads("a")
		@RequiresCapability("b")
		void twice() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(NeedsAll.class)
	@RequiresCapability("")
	@interface Needs {

		@AliasFor(annotation = RequiresCapability.class, attribute = "value")
		String value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface NeedsAll {

		Needs[] value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(ApprovedByAll.class)
	@RequiresApproval
	@interface ApprovedBy {

		@AliasFor(annotation = RequiresApproval.class, attribute = "reason")
		String value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface ApprovedByAll {

		ApprovedBy[] value();

	}

	static class Repeated {

		@Needs("a")
		@Needs("a")
		void same() {
		}

		@Needs("a")
		@Needs("b")
		void other() {
		}

		@ApprovedBy("one")
		@ApprovedBy("another")
		void approvedTwice() {
		}

	}

	@Needs("a")
	@Needs("b")
	static class RepeatedType {

	}

}
