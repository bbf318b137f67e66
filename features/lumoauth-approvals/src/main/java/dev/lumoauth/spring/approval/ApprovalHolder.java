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
package dev.lumoauth.spring.approval;

import java.time.Instant;

/**
 * The process that takes care of a request: it asks the person, reads LumoAuth's answers
 * and informs the application of the decision. A process whose time is over without
 * having been renewed counts as dead, and another process takes over.
 *
 * @param process the id of the process, at most 64 characters
 * @param until until when the process counts as alive unless it says so again
 * @since 0.1.0
 */
public record ApprovalHolder(String process, Instant until) {

}
