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

package dev.lumoauth.spring.reflect;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Finds out which methods are the same, seen from the class of the object: a method,
 * those that it overrides or implements, and the bridges through which it is called.
 *
 * @since 0.1.0
 */
public final class SameMethod {

	private final Class<?> targetClass;

	private final List<Set<Method>> bridges = new ArrayList<>();

	/**
	 * Create an instance for the objects of a class.
	 * @param targetClass the class of the object, not of a proxy
	 */
	public SameMethod(Class<?> targetClass) {
		this.targetClass = targetClass;
		Bridges.hierarchy(targetClass).forEach((type) -> Bridges.of(type).forEach((bridge, called) -> {
			Set<Method> same = new LinkedHashSet<>(called);
			same.add(bridge);
			this.bridges.add(same);
		}));
	}

	/**
	 * Return the method whose code runs when a method is called on an object of the
	 * class: an overriding method, or the method that a bridge calls. Spring finds a
	 * bridge's method by its name, which Kotlin changes.
	 * @param method the method, as the class, a superclass or an interface declares it
	 * @return the method, or the given one if there is no other
	 */
	public Method mostSpecific(Method method) {
		Method called = called(method);
		if (called == null) {
			return BridgeMethodResolver.getMostSpecificMethod(method, FrameworkClasses.userClass(this.targetClass));
		}
		Method next = called(called);
		return ClassUtils.getMostSpecificMethod((next != null) ? next : called, this.targetClass);
	}

	private @Nullable Method called(Method method) {
		Method specific = ClassUtils.getMostSpecificMethod(method, this.targetClass);
		Set<Method> called = Bridges.of(specific.getDeclaringClass()).get(specific);
		return (called != null) ? called.iterator().next() : null;
	}

	/**
	 * Return which methods are the same as a method.
	 * @param method a method of the class
	 * @return says about another method of the class, or of one of its supertypes,
	 * whether a call of one is a call of the other. It never accepts a bridge: Spring
	 * finds on a bridge the annotations of the method that it assumes to be the bridge's
	 * method
	 */
	public Predicate<Method> as(Method method) {
		if (!isOverridable(method)) {
			return method::equals;
		}
		Set<Method> forms = forms(method);
		return (candidate) -> method.equals(candidate)
				|| (isOverridable(candidate) && !candidate.isBridge() && isAnySame(forms, Set.of(candidate)));
	}

	/**
	 * Return a method with the bridges to it, and for a bridge also the methods that it
	 * calls.
	 */
	private Set<Method> forms(Method method) {
		Set<Method> forms = new LinkedHashSet<>(Set.of(method));
		int known;
		do {
			known = forms.size();
			this.bridges.stream().filter((each) -> isAnySame(forms, each)).toList().forEach(forms::addAll);
		}
		while (forms.size() > known);
		return forms;
	}

	private boolean isAnySame(Set<Method> forms, Set<Method> others) {
		return forms.stream().anyMatch((form) -> others.stream().anyMatch((each) -> hasSameSignature(form, each)));
	}

	private boolean hasSameSignature(Method method, Method candidate) {
		if (!candidate.getName().equals(method.getName())
				|| candidate.getParameterCount() != method.getParameterCount()) {
			return false;
		}
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (method.getParameterTypes()[i] != candidate.getParameterTypes()[i]
					&& resolve(method, i) != resolve(candidate, i)) {
				return false;
			}
		}
		return true;
	}

	private Class<?> resolve(Method method, int index) {
		return ResolvableType.forMethodParameter(method, index, this.targetClass)
			.resolve(method.getParameterTypes()[index]);
	}

	/**
	 * Return whether another method can override a method.
	 * @param method the method
	 * @return whether it is neither private nor static
	 */
	public static boolean isOverridable(Method method) {
		return !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
	}

}
