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

import dev.lumoauth.spring.guard.OnBehalfOfUserAnnotations;

import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * Every method that acts for the user. Not a {@code @Bean} method: the annotation there
 * is about what it makes.
 */
final class UserPointcut extends StaticMethodMatcherPointcut {

	private final OnBehalfOfUserAnnotations users;

	UserPointcut(OnBehalfOfUserAnnotations users) {
		this.users = users;
		setClassFilter(users::mentions);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.users.isOn(method, targetClass) && CapabilityPointcut.isForBeans(method, targetClass)
				&& !WovenMethods.cover(this.users, method, targetClass);
	}

}
