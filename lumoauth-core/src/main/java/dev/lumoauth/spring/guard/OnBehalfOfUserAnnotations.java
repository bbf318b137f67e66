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

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.lumoauth.spring.reflect.SameMethod;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Finds where {@link OnBehalfOfUser} applies, and remembers it. It applies to a method if
 * it is anywhere on it, on a method that it overrides or implements, or on a type that it
 * belongs to: nothing takes it back.
 * <p>
 * What it remembers is held softly and by the instance: it keeps no class loader alive.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class OnBehalfOfUserAnnotations {

	private final Map<MethodClassKey, Boolean> methods = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Boolean> mentions = new ConcurrentReferenceHashMap<>();

	/**
	 * Return whether a method, called on an object of a class, acts for the user.
	 * @param method the method, as declared in the class, a superclass or an interface
	 * @param targetClass the class of the object; of a CGLIB proxy, the class behind it
	 * counts
	 * @return whether it does
	 */
	public boolean isOn(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		if (method.getDeclaringClass() == Object.class || !(mentions(userClass) || isAnnotated(method))) {
			return false;
		}
		MethodClassKey key = new MethodClassKey(method, userClass);
		Boolean known = this.methods.get(key);
		if (known == null) {
			Method specific = new SameMethod(userClass).mostSpecific(method);
			known = isOnMethod(method, userClass) || isOn(specific.getDeclaringClass()) || isOn(userClass);
			this.methods.put(key, known);
		}
		return known;
	}

	/**
	 * Return whether every method of a type acts for the user.
	 * @param type the type
	 * @return whether it, a superclass or an interface says so
	 */
	public boolean isOn(Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		return mentions(userClass)
				&& MergedAnnotations.from(userClass, SearchStrategy.TYPE_HIERARCHY).isPresent(OnBehalfOfUser.class);
	}

	/**
	 * Return whether a method says so itself, its type left aside.
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return whether it, or a method that it overrides or implements, says so
	 */
	public boolean isOnMethod(Method method, Class<?> targetClass) {
		if (isAnnotated(method)) {
			return true;
		}
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		SameMethod methods = new SameMethod(userClass);
		Predicate<Method> same = methods.as(method).or(methods.as(methods.mostSpecific(method)));
		return hierarchy(userClass).stream()
			.flatMap((type) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(type)))
			.anyMatch((candidate) -> isAnnotated(candidate) && same.test(candidate));
	}

	/**
	 * Return whether a type has to do with users at all. Cheap: each type is looked at
	 * once.
	 * @param type the type
	 * @return {@code false} if none of its methods, and of those it inherits, acts for
	 * the user
	 */
	public boolean mentions(@Nullable Class<?> type) {
		if (type == null || type == Object.class) {
			return false;
		}
		Boolean known = this.mentions.get(type);
		if (known == null) {
			known = declares(type) || mentions(type.getSuperclass())
					|| Arrays.stream(type.getInterfaces()).anyMatch(this::mentions);
			if (known) {
				// There will be users to act for.
				UserScope.watchStreams();
			}
			this.mentions.put(type, known);
		}
		return known;
	}

	private static boolean declares(Class<?> type) {
		try {
			return isAnnotated(type) || Arrays.stream(ReflectionUtils.getDeclaredMethods(type))
				.anyMatch(OnBehalfOfUserAnnotations::isAnnotated);
		}
		catch (IllegalStateException | LinkageError ex) {
			// A signature names a class that is not there. Neither Spring nor Spring AI
			// can make anything of such a type.
			return false;
		}
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		return MergedAnnotations.from(element).isPresent(OnBehalfOfUser.class);
	}

	private static Set<Class<?>> hierarchy(Class<?> type) {
		Set<Class<?>> types = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			types.add(each);
		}
		return types;
	}

}
