import { openConsole } from './Frame.tsx';
import { Pages } from './Pages.tsx';

openConsole(<Pages />);
