import './workers.ts';
import { openConsole } from '../app/Frame.tsx';
import { Explorer } from './Explorer.tsx';

openConsole(<Explorer />);
