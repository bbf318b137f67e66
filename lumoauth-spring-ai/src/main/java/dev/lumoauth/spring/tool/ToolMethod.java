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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * A method that is called as a tool.
 *
 * @param method the method
 * @param object the object that it is called on, or {@code null} for a static one
 */
record ToolMethod(Method method, @Nullable Object object) implements IdentifiedCode {

	@Override
	public List<? extends @Nullable Object> identity() {
		return Arrays.asList(this.method, this.object);
	}

	/**
	 * Return the call of a tool that runs this method, which has its own guard.
	 */
	GuardedCall calledBy(String tool, GuardTerms terms) {
		return GuardedCall.ofTool(tool, terms, this.method,
				(this.object != null) ? GuardCoverage.bean(this.object) : null);
	}

	Class<?> type() {
		return (this.object != null) ? AopUtils.getTargetClass(this.object) : this.method.getDeclaringClass();
	}

}
