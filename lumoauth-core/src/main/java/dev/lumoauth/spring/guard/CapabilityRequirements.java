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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Finds the {@link RequiresCapability} that applies to a method or a type, and remembers
 * it. Those of a method and of its type add up. On each of the two the closest one
 * counts: that of the method before that of the method it overrides or implements, that
 * of the type before those of its superclasses and interfaces.
 * <p>
 * What it remembers is held softly and by the instance: it keeps no class loader alive
 * once its application context has been closed. Thread-safe, and without a lock for what
 * it has found before.
 *
 * @since 0.1.0
 */
public final class CapabilityRequirements {

	private final Map<MethodClassKey, Optional<CapabilityRequirement>> methods = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Optional<CapabilityRequirement>> types = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Boolean> mentions = new ConcurrentReferenceHashMap<>();

	/**
	 * Return what a method needs when it is called on an object of a class.
	 * @param method the method, as declared in the class, a superclass or an interface
	 * @param targetClass the class of the object; of a CGLIB proxy, the class behind it
	 * counts
	 * @return what it needs, or {@code null} if it carries no annotation and neither does
	 * its type
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable CapabilityRequirement find(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		MethodClassKey key = new MethodClassKey(method, userClass);
		Optional<CapabilityRequirement> found = this.methods.get(key);
		if (found == null) {
			found = Optional.ofNullable(new RequirementSearch(userClass).find(method));
			this.methods.put(key, found);
		}
		return found.orElse(null);
	}

	/**
	 * Return what every method of a type needs that has no annotation of its own.
	 * @param type the type
	 * @return what it needs, or {@code null} if it, its superclasses and interfaces carry
	 * no annotation
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable CapabilityRequirement find(Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		Optional<CapabilityRequirement> found = this.types.get(userClass);
		if (found == null) {
			found = Optional.ofNullable(new RequirementSearch(userClass).findOnType());
			this.types.put(userClass, found);
		}
		return found.orElse(null);
	}

	/**
	 * Return what a method asks for by itself, its type left aside: the method of an
	 * annotated {@code @Bean} method, say, or one that has to be told from a method whose
	 * type happens to be annotated.
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return what it needs, or {@code null} if neither it nor a method that it overrides
	 * or implements carries an annotation
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable CapabilityRequirement findOnMethod(Method method, Class<?> targetClass) {
		return new RequirementSearch(ClassUtils.getUserClass(targetClass)).findOnMethod(method);
	}

	/**
	 * Return whether a type has to do with capabilities at all: whether the annotation is
	 * anywhere on it, its superclasses, its interfaces or one of their methods. Cheap:
	 * each type is looked at once.
	 * @param type the type
	 * @return {@code false} if {@link #find(Method, Class)} finds nothing for any method
	 */
	public boolean mentions(@Nullable Class<?> type) {
		if (type == null || type == Object.class) {
			return false;
		}
		Boolean known = this.mentions.get(type);
		if (known == null) {
			known = RequirementSearch.declares(type) || mentions(type.getSuperclass())
					|| Arrays.stream(type.getInterfaces()).anyMatch(this::mentions);
			this.mentions.put(type, known);
		}
		return known;
	}

}
