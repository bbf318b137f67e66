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

package dev.lumoauth.spring.approval.process;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.token.CallTokens;

/**
 * A call that this process runs.
 *
 * @param approval the request, running
 * @param tokens the tokens of the requests that it sends
 */
record RunningApproval(Approval approval, CallTokens tokens) {

}
