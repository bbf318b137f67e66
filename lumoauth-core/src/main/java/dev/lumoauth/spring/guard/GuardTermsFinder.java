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
import java.util.function.Function;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Finds the terms that annotations set for a method, a type or what a {@code @Bean}
 * method makes, and remembers them. Those of a method and of its type add up.
 * <ul>
 * <li>Of {@link RequiresCapability} the closest one counts: that of a method before that
 * of the method it overrides or implements, that of a type before those of its
 * superclasses and interfaces.</li>
 * <li>{@link OnBehalfOfUser} counts wherever it is: nothing takes it back.</li>
 * </ul>
 * What it remembers is held softly and by the instance: it keeps no class loader alive
 * once its application context has been closed. Thread-safe, and without a lock for what
 * it has found before.
 *
 * @since 0.1.0
 */
public final class GuardTermsFinder {

	private final Map<MethodClassKey, Optional<GuardTerms>> methods = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Optional<GuardTerms>> types = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Boolean> mentions = new ConcurrentReferenceHashMap<>();

	/**
	 * Find on what terms a method runs when it is called on an object of a class.
	 * @param method the method, as declared in the class, a superclass or an interface
	 * @param targetClass the class of the object; of a CGLIB proxy, the class behind it
	 * counts
	 * @return the terms, or {@code null} if neither it nor its type is annotated
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable GuardTerms find(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		return remembered(this.methods, new MethodClassKey(method, userClass),
				(key) -> watched(new TermsSearch(userClass).find(method)));
	}

	/**
	 * Find on what terms every method of a type runs that has no annotation of its own.
	 * @param type the type
	 * @return the terms, or {@code null} if it, its superclasses and interfaces carry no
	 * annotation
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable GuardTerms find(Class<?> type) {
		return remembered(this.types, ClassUtils.getUserClass(type),
				(userClass) -> watched(new TermsSearch(userClass).findOnType()));
	}

	private static <K> @Nullable GuardTerms remembered(Map<K, Optional<GuardTerms>> known, K key,
			Function<K, @Nullable GuardTerms> search) {
		Optional<GuardTerms> found = known.get(key);
		if (found == null) {
			found = Optional.ofNullable(search.apply(key));
			known.put(key, found);
		}
		return found.orElse(null);
	}

	/**
	 * Find what a method says by itself, its type left aside.
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return the terms, or {@code null} if neither it nor a method that it overrides or
	 * implements is annotated
	 * @throws GuardConfigurationException if its capabilities are not valid, or if
	 * annotations compete for it
	 */
	public @Nullable GuardTerms findOnMethod(Method method, Class<?> targetClass) {
		return watched(new TermsSearch(ClassUtils.getUserClass(targetClass)).findOnMethod(method));
	}

	/**
	 * Find what the {@code @Bean} method that makes a bean says, without creating the
	 * bean.
	 * @param beanFactory where the bean is defined
	 * @param beanName the name of the bean, with or without the prefix of a
	 * {@code FactoryBean}
	 * @return the terms; {@code null} if the method is not annotated, if there is none,
	 * or if the bean is not defined here. The annotation of the bean's type is left aside
	 * @throws GuardConfigurationException if the annotation is not valid
	 */
	public @Nullable GuardTerms findOnBeanMethod(ConfigurableListableBeanFactory beanFactory, String beanName) {
		return watched(BeanMethods.terms(beanFactory, beanName, this));
	}

	/**
	 * Find the {@code @Bean} method that makes a bean.
	 * @param beanFactory where the bean is defined
	 * @param name the name of the bean
	 * @return the method; {@code null} if there is none, or if only the bean's creation
	 * shows which one it is
	 */
	public static @Nullable Method beanMethod(ConfigurableListableBeanFactory beanFactory, String name) {
		return BeanMethods.find(beanFactory, name);
	}

	/**
	 * Return whether a type has to do with the guard at all: whether an annotation is
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
			known = TermsSearch.declares(type) || mentions(type.getSuperclass())
					|| Arrays.stream(type.getInterfaces()).anyMatch(this::mentions);
			this.mentions.put(type, known);
		}
		return known;
	}

	/**
	 * There will be users to act for.
	 */
	private static @Nullable GuardTerms watched(@Nullable GuardTerms terms) {
		if (terms != null && terms.onBehalfOfUser()) {
			UserScope.watchStreams();
		}
		return terms;
	}

}
