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

package dev.lumoauth.spring.guard.tool;

import java.lang.reflect.Field;
import java.util.Objects;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A field of an agent framework or of the MCP SDK that the guard has to read and that has
 * no accessor. It is looked up by name when the class that reads it is loaded: a version
 * in which the field has another name or another type is refused before any tool is
 * served.
 *
 * @param <T> the field's type
 * @since 0.1.0
 */
public final class PrivateField<T> {

	private final Field field;

	private final Class<T> type;

	private PrivateField(Field field, Class<T> type) {
		this.field = field;
		this.type = type;
	}

	/**
	 * Look up a field.
	 * @param declaring the class that has it, or a subclass
	 * @param name the field's name
	 * @param type what the field holds
	 * @param <T> what the field holds
	 * @return the field
	 * @throws GuardConfigurationException if this version of the class has no such field
	 */
	public static <T> PrivateField<T> of(Class<?> declaring, String name, Class<T> type) {
		Field field = ReflectionUtils.findField(declaring, name);
		if (field == null || !ClassUtils.isAssignable(type, field.getType())) {
			throw new GuardConfigurationException(
					"This version of a library is not supported: " + declaring.getName() + " has no field '" + name
							+ "' of the type " + type.getName() + ", which the guard needs.",
					"Use the version of that library that LumoAuth was tried with, as docs/dependencies.md says.");
		}
		ReflectionUtils.makeAccessible(field);
		return new PrivateField<>(field, type);
	}

	/**
	 * Return the field's value.
	 * @param target the object that has the field
	 * @return the value
	 * @throws NullPointerException if the field is empty
	 */
	public T get(Object target) {
		return Objects.requireNonNull(find(target), this.field::toString);
	}

	/**
	 * Return the field's value, if there is one.
	 * @param target the object that has the field
	 * @return the value
	 */
	public @Nullable T find(Object target) {
		return this.type.cast(ReflectionUtils.getField(this.field, target));
	}

	/**
	 * Return the field's value, if there is one, of the object behind proxies: a proxy
	 * has empty fields of its own.
	 * @param proxy the object that has the field, or a proxy of it
	 * @return the value
	 * @throws GuardConfigurationException if a proxy finds the object anew each time
	 */
	public @Nullable T behind(Object proxy) {
		Object target = proxy;
		for (Object each = proxy; each != null; each = AopProxyUtils.getSingletonTarget(each)) {
			target = each;
		}
		if (AopUtils.isAopProxy(target)) {
			throw new GuardConfigurationException(
					"What " + target.getClass().getName()
							+ " calls is not known: the proxy finds its object anew each time.",
					"Make the tool a singleton.");
		}
		return find(target);
	}

	/**
	 * Set the field's value. The field must not be final.
	 * @param target the object that has the field
	 * @param value the value
	 */
	public void set(Object target, T value) {
		ReflectionUtils.setField(this.field, target, value);
	}

}
