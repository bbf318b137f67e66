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

package dev.lumoauth.spring.autoconfigure;

import dev.lumoauth.spring.approval.ApprovalsBuilder;

/**
 * Has the last word on how the application's agents ask people, each of them: the way,
 * the store and the clock. For tests; an application has its beans and properties.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ApprovalsCustomizer {

	/**
	 * Change how one agent asks.
	 * @param approvals as the application has it, to be changed
	 */
	void customize(ApprovalsBuilder approvals);

}
